import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { inQuarantine } from '../../../src/git/quarantined.ts'
import { GitSandbox, plainGit } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'

describe('a repository in quarantine', function () {
  this.timeout(30_000)
  const sandbox = new GitSandbox()

  before(needsProgram('git'))
  after(() => sandbox[Symbol.asyncDispose]())

  it('has all objects of the one that lies in a folder of any name, and leaves none there', async () => {
    const folder = join(sandbox.folder, 'of \x1b "all": ;signs\\ü')
    mkdirSync(folder)
    sandbox.gitIn(folder, 'init', '--quiet')
    await using repository = await sandbox.open(folder)
    const content = Buffer.from('known')
    const [known] = await repository.objects.write([{ type: 'blob', content }])
    const made = await inQuarantine(repository, async ({ objects, objectDir }) => {
      assert.ok(objects.has(known!))
      // As a program that is told of this folder alone.
      const env = { ...plainGit, GIT_OBJECT_DIRECTORY: objectDir }
      assert.equal(execFileSync('git', ['cat-file', 'blob', known!], { cwd: folder, env }).toString(), 'known')
      const [id] = await objects.write([{ type: 'blob', content: Buffer.from('new') }])
      assert.ok(objects.has(id!))
      return { id: id!, objectDir }
    })
    assert.equal(repository.objects.has(made.id), false)
    assert.equal(existsSync(made.objectDir), false)
  })
})
