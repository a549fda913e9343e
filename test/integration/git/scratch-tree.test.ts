import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import { inScratchTree } from '../../../src/repository/guards/scratch-tree.ts'
import { needsProgram } from '../../support/needs.ts'
import { GitSandbox, plainGit } from '../../support/git-sandbox.ts'

describe('a scratch work tree', () => {
  let sandbox: GitSandbox
  before(needsProgram('git'))
  afterEach(() => sandbox?.[Symbol.asyncDispose]())

  const make = (...init: readonly string[]): ObjectId => {
    sandbox = new GitSandbox(init)
    sandbox.git('config', 'core.symlinks', 'true')
    sandbox.write('src/a.txt', 'a\n')
    sandbox.write('run.sh', '#!/bin/sh\n')
    execFileSync('ln', ['-s', 'src/a.txt', join(sandbox.folder, 'link')])
    execFileSync('chmod', ['755', join(sandbox.folder, 'run.sh')])
    sandbox.commit({ 'gone.txt': 'x\n' })
    return sandbox.git('rev-parse', 'HEAD^{tree}').trim() as ObjectId
  }
  const blob = (content: string) => sandbox.gitWith(content, 'hash-object', '-w', '--stdin').trim() as ObjectId
  const status = () => [
    sandbox.git('status', '--porcelain'),
    readFileSync(join(sandbox.folder, '.git/index')).toString('hex'),
  ]

  for (const format of ['sha1', 'sha256'])
    for (const withGit of [true, false])
      it(`holds a tree with changes and leaves the user's alone (${format}, ${withGit ? 'git' : 'no git'})`, async () => {
        const tree = make(`--object-format=${format}`)
        const before = status()
        const entry = { mode: 0o100644, id: blob('b\n') }
        const changes = [
          { path: 'src/a.txt', entry },
          { path: 'new/b.txt', entry },
          { path: 'gone.txt', entry: undefined },
        ]
        const env = withGit ? plainGit : { ...plainGit, PATH: '/nonexistent' }
        const used = await inScratchTree(
          await sandbox.open(sandbox.folder, env),
          { tree, changes },
          undefined,
          async (folder) => {
            const read = (path: string) => readFileSync(join(folder, path), 'utf8')
            assert.deepEqual(
              [read('src/a.txt'), read('new/b.txt'), readlinkSync(join(folder, 'link'))],
              ['b\n', 'b\n', 'src/a.txt'],
            )
            assert.equal(statSync(join(folder, 'run.sh')).mode & 0o111, 0o111)
            assert.ok(!existsSync(join(folder, 'gone.txt')))
            return folder
          },
        )
        assert.ok(!existsSync(used))
        assert.deepEqual(status(), before)
      })
})
