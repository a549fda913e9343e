import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { mergeTreesDirectly } from '../../../src/repository/merge-trees.ts'
import { GitSandbox, plainGit } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'

describe('trees merged without git', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  const words = Array.from({ length: 40 }, (_, i) => `word ${i}`)

  /** Changes files at random, renames and removes them, makes folders of files and files of folders. */
  function change(sandbox: GitSandbox, random: SeededRandom): void {
    const any = <T>(list: readonly T[]): T => list[random.below(list.length)]!
    for (let i = 0; i < 1 + random.below(4); i++) {
      const path = any(sandbox.git('ls-files').trim().split('\n'))
      const absolute = join(sandbox.folder, path)
      const kind = random.below(7)
      if (kind < 3) {
        const lines = words.map((word) => (random.chance(0.04) ? `${word} of ${random.below(3)}` : word))
        sandbox.write(path, `${path}\n${lines.join('\n')}\n`)
      } else if (kind === 3) rmSync(absolute, { force: true })
      else if (kind === 4) sandbox.write(any(['new', 'x/new', 'x/y/new', 'z/w']), `new ${random.below(2)}\n`)
      else if (kind === 5) {
        const target = any(['renamed', 'x/renamed', 'moved/a', path.replace('x/', 'q/')])
        spawnSync('git', ['mv', path, target], { cwd: sandbox.folder, env: plainGit })
      } else {
        rmSync(absolute, { force: true })
        sandbox.write(`${path}/inner`, 'inner\n')
      }
      sandbox.git('add', '-A')
    }
    sandbox.git('commit', '-q', '--allow-empty', '-m', 'changed')
  }

  it('are those of git wherever they are clean', async () => {
    let clean = 0
    let conflicts = 0
    for (let seed = 0; seed < 60; seed++) {
      await using sandbox = new GitSandbox()
      const random = new SeededRandom(seed)
      const text = (path: string) => `${path}\n${words.join('\n')}\n`
      const paths = ['a', 'b', 'x/c', 'x/d', 'x/y/e', 'z/f']
      sandbox.commit(Object.fromEntries(paths.map((path) => [path, text(path)])), 'base')
      sandbox.git('branch', 'theirs')
      change(sandbox, random)
      sandbox.git('checkout', '-q', 'theirs')
      change(sandbox, random)
      const [ours, theirs] = ['main', 'theirs'].map((name) => sandbox.git('rev-parse', name).trim() as ObjectId)
      const git = await sandbox.open(sandbox.folder, { ...plainGit, PATH: '/nonexistent' })
      const merged = await mergeTreesDirectly(git, { ours: ours!, theirs: theirs! }).catch((error: unknown) => {
        assert.ok(AnvcsError.is(error, 'GIT_MISSING'), String(error))
        return undefined
      })
      const judged = spawnSync('git', ['merge-tree', '--write-tree', ours!, theirs!], {
        cwd: sandbox.folder,
        env: plainGit,
        encoding: 'utf8',
      })
      if (!merged || merged.conflicts.length) conflicts++
      else {
        clean++
        assert.equal(judged.status, 0, `seed ${seed}: ${judged.stdout}`)
        assert.equal(merged.tree, judged.stdout.trim(), `seed ${seed}`)
      }
    }
    assert.ok(clean > 15 && conflicts > 5, `${clean} clean, ${conflicts} not`)
  })
})
