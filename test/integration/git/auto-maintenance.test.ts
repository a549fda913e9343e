import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDue } from '../../../src/git/auto-maintenance.ts'
import { commitFiles } from '../../../src/git/commit-files.ts'
import { GitSandbox, someone } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'
import { until } from '../../support/until.ts'

/** Texts whose blobs lie in the folder by which git guesses how many there are. */
function textsIn17(count: number): readonly string[] {
  const texts: string[] = []
  for (let i = 0; texts.length < count; i++) {
    const text = String(i)
    if (createHash('sha1').update(`blob ${text.length}\0${text}`).digest('hex').startsWith('17')) texts.push(text)
  }
  return texts
}

const empty = { changes: [], allowEmpty: true, author: someone, committer: someone, message: 'x\n' }

describe('maintenance by git', function () {
  this.timeout(60_000)
  before(needsProgram('git'))

  it('is started by a commit where there are many loose objects, and packs them', async () => {
    await using sandbox = new GitSandbox()
    sandbox.git('config', 'gc.auto', '1')
    sandbox.git('config', 'maintenance.auto', 'false')
    sandbox.commit(Object.fromEntries(textsIn17(2).map((text) => [text, text])))
    const packs = join(sandbox.folder, '.git/objects/pack')
    const loose = join(sandbox.folder, '.git/objects/17')
    await commitFiles(await sandbox.open(), empty)
    // Ids of commits differ from run to run: one in 256 lies there, too.
    assert.ok(readdirSync(loose).length >= 2)
    sandbox.git('config', 'maintenance.auto', 'true')
    await commitFiles(await sandbox.open(), empty)
    await until(() => readdirSync(packs).some((name) => name.endsWith('.idx')) && !existsSync(loose))
    await until(
      () =>
        !existsSync(join(sandbox.folder, '.git/gc.pid')) &&
        !existsSync(join(sandbox.folder, '.git/objects/maintenance.lock')),
    )
    assert.equal(sandbox.status(), '')
    sandbox.fsck()
  })

  it('is due by the settings that git heeds', async () => {
    await using sandbox = new GitSandbox()
    const due = async (...settings: readonly (readonly [string, string])[]) => {
      for (const [name, value] of settings) sandbox.git('config', name, value)
      const { config, objectDir } = await sandbox.open()
      const is = isDue(config, objectDir)
      for (const [name] of settings) sandbox.git('config', '--unset', name)
      return is
    }
    const folder = join(sandbox.folder, '.git/objects/17')
    mkdirSync(folder)
    for (let i = 0; i < 4; i++) writeFileSync(join(folder, String(i).padStart(38, '0')), '')
    writeFileSync(join(folder, 'tmp_obj_x'), '')
    assert.equal(await due(), false)
    assert.equal(await due(['gc.auto', '768']), true)
    assert.equal(await due(['gc.auto', '1k']), false)
    assert.equal(await due(['gc.auto', '0']), false)
    assert.equal(await due(['maintenance.commit-graph.enabled', 'true']), true)
    for (let i = 0; i < 4; i++) writeFileSync(join(sandbox.folder, `.git/objects/pack/pack-${i}.pack`), '')
    writeFileSync(join(sandbox.folder, '.git/objects/pack/pack-0.keep'), '')
    assert.equal(await due(['gc.autoPackLimit', '3']), false)
    assert.equal(await due(['gc.autoPackLimit', '2']), true)
    assert.equal(await due(['gc.autoPackLimit', '2'], ['gc.auto', '0']), false)
    assert.equal(await due(['gc.autoPackLimit', '0']), false)
  })
})
