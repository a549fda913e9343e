import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import type { CachedFolder } from '../../../src/git/cache-tree.ts'
import { commitFiles } from '../../../src/git/commit-files.ts'
import { hashPlainFiles } from '../../../src/git/hash-files.ts'
import type { GitRepository } from '../../../src/git/repository.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { GitSandbox, plainGit, someone } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'

describe('a commit in a plain repository', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  for (const [name, settings] of [
    ['version 2', []],
    ['version 3', ['index.version', '3']],
    ['version 4', ['index.version', '4']],
  ] as const)
    it(`starts no program and leaves an index of ${name} as git would`, async () => {
      await using sandbox = new GitSandbox()
      if (settings.length) sandbox.git('config', ...settings)
      const paths = Array.from({ length: 60 }, (_, i) => `${['', 'a/', 'a/b/', 'a-b/', 'c/d/e/'][i % 5]}f${i}`)
      sandbox.commit(Object.fromEntries(paths.map((path) => [path, path])))
      // Some have extended flags, so that the index is of version 3.
      if (name === 'version 3') sandbox.git('update-index', '--skip-worktree', 'f55')
      const repository = await openWithoutGit(sandbox)
      const random = new SeededRandom(7)
      for (let round = 0; round < 12; round++) {
        const touched = new Set(Array.from({ length: 1 + random.below(6) }, () => random.pick(paths)))
        if (round === 3) touched.add('a/new folder/deep/ünï code')
        if (round === 5) for (const path of paths) if (path.startsWith('c/')) touched.add(path)
        touched.delete('f55')
        for (const path of touched)
          if (round === 5 || (random.chance(0.3) && existsSync(join(sandbox.folder, path))))
            rmSync(join(sandbox.folder, path), { force: true })
          else sandbox.write(path, `round ${round}`)
        await commitPaths(repository, [...touched])
        assert.equal(sandbox.status(), '', `round ${round}`)
        assert.equal(sandbox.git('write-tree'), treeOfEntries(sandbox), `round ${round}`)
      }
      sandbox.fsck()
      assert.equal(sandbox.git('rev-list', '--count', 'HEAD').trim(), '13')
      assert.equal(sandbox.git('reflog').trim().split('\n').length, 13)
      assert.match(
        sandbox.git('reflog', '-1', '--format=%gn <%ge> %gs'),
        /^C O Mitter <committer@example.com> commit: c\n$/,
      )
      assert.deepEqual(leftLocks(sandbox), [])
    })

  it('learns the trees of folders that an index does not know, and only of those that are as in the commit', async () => {
    await using sandbox = new GitSandbox()
    const paths = ['top', 'a-b/f', 'a/b/f', 'a/b/g', 'a/f', 'a.x', 'c/d/e/f', 'c/f']
    const head = sandbox.commit(Object.fromEntries(paths.map((path) => [path, path])))
    const forget = () => {
      rmSync(join(sandbox.folder, '.git/index'))
      sandbox.git('add', '.')
    }
    const known = (repository: GitRepository) => {
      const lines: string[] = []
      const list = ({ name, count, id, folders }: CachedFolder, above: string) => {
        if (count >= 0) assert.equal(id, sandbox.git('rev-parse', `${head}:${above}${name}`).trim())
        lines.push(`${above}${name} ${count}`)
        for (const folder of folders) list(folder, name && `${above}${name}/`)
      }
      list(repository.images.read(repository.indexFile)!.cacheTree!, '')
      return lines
    }
    const tree = sandbox.git('rev-parse', `${head}^{tree}`).trim() as ObjectId
    forget()
    const repository = await openWithoutGit(sandbox)
    assert.deepEqual((await repository.index.stagedChanges(tree)).changes, [])
    assert.deepEqual(known(repository), [' 8', 'a-b 1', 'a 3', 'a/b 2', 'c 2', 'c/d 1', 'c/d/e 1'])
    sandbox.write('c/d/e/f', 'staged')
    sandbox.write('n/new', 'staged')
    forget()
    assert.equal((await repository.index.stagedChanges(tree)).changes.length, 2)
    assert.deepEqual(known(repository), [' -1', 'a-b 1', 'a 3', 'a/b 2', 'c -1', 'c/d -1', 'c/d/e -1', 'n -1'])
    // What was learned is written with the next change, and git believes it.
    sandbox.write('a/f', 'committed')
    await commitPaths(repository, ['a/f'])
    assert.equal(sandbox.git('write-tree'), treeOfEntries(sandbox))
    assert.equal(sandbox.status(), 'M  c/d/e/f\nA  n/new\n')
  })

  it('keeps what somebody else has staged beside it for the next commit of git', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ 'a/one': '1', 'a/two': '2', 'b/three': '3' })
    sandbox.write('a/two', 'staged')
    sandbox.git('add', 'a/two')
    // Git has written down which tree that makes.
    sandbox.git('write-tree')
    const repository = await openWithoutGit(sandbox)
    sandbox.write('a/one', 'committed')
    await commitPaths(repository, ['a/one'])
    assert.equal(sandbox.status(), 'M  a/two\n')
    sandbox.git('commit', '-q', '-m', 'theirs')
    assert.equal(sandbox.git('show', '--format=', '--name-only', 'HEAD'), 'a/two\n')
    assert.equal(sandbox.git('show', 'HEAD:a/two'), 'staged')
  })

  it('does not hide an edit that came in the second in which a file was staged', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ one: '1', two: '1' })
    const repository = await openWithoutGit(sandbox)
    // Whatever the clock says: file, edit and index are of the same second.
    const second = Math.floor(Date.now() / 1000) - 5
    utimesSync(join(sandbox.folder, 'two'), second, second)
    sandbox.git('update-index', '--refresh')
    sandbox.write('two', '2')
    utimesSync(join(sandbox.folder, 'two'), second, second)
    utimesSync(join(sandbox.folder, '.git/index'), second, second)
    sandbox.write('one', '2')
    await commitPaths(repository, ['one'])
    assert.ok(statSync(join(sandbox.folder, '.git/index')).mtimeMs / 1000 > second + 1)
    assert.equal(sandbox.status(), ' M two\n')
  })

  it('waits for a lock of another program, and removes one that a killed process of ours has left', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ one: '1' })
    const repository = await openWithoutGit(sandbox)
    const locks = join(repository.dataDir, 'locks')
    mkdirSync(locks, { recursive: true })
    const path = Buffer.from('index').toString('base64url')
    // No process that runs has started at the first tick.
    const own = join(locks, `${process.pid}.1.${pidNamespace()}.aa.${path}`)
    writeFileSync(own, 'half')
    linkSync(own, join(sandbox.folder, '.git/index.lock'))
    sandbox.write('one', '2')
    await commitPaths(repository, ['one'])
    assert.deepEqual(readdirSync(locks), [])
    const foreign = join(sandbox.folder, '.git/index.lock')
    writeFileSync(foreign, '')
    setTimeout(() => rmSync(foreign), 200)
    sandbox.write('one', '3')
    await commitPaths(repository, ['one'])
    assert.equal(sandbox.status(), '')
  })
})

describe('a ref that moves alone', function () {
  it('is not kept from it by a lock that a killed process of ours has left', async () => {
    await using sandbox = new GitSandbox()
    const commit = sandbox.commit({ one: '1' }) as ObjectId
    const repository = await sandbox.open()
    const locks = join(repository.dataDir, 'locks')
    mkdirSync(locks, { recursive: true })
    mkdirSync(join(sandbox.folder, '.git/refs/notes'))
    const path = Buffer.from('refs/notes/ai-vcs').toString('base64url')
    const own = join(locks, `${process.pid}.1.${pidNamespace()}.aa.${path}`)
    writeFileSync(own, '')
    linkSync(own, join(sandbox.folder, '.git/refs/notes/ai-vcs.lock'))
    assert.ok(await repository.refs.update([{ name: 'refs/notes/ai-vcs', expect: undefined, to: commit }], 'notes'))
    assert.deepEqual(readdirSync(locks), [])
  })
})

/** Git may be called to open it, and not afterwards. */
async function openWithoutGit(sandbox: GitSandbox): Promise<GitRepository> {
  const repository = await sandbox.open()
  Object.defineProperty(repository.git, 'call', {
    value: (args: readonly string[]) => assert.fail(`git ${args.join(' ')}`),
  })
  return repository
}

async function commitPaths(repository: GitRepository, paths: readonly string[]): Promise<void> {
  const hashed = (await hashPlainFiles(repository, paths))!
  await commitFiles(repository, {
    changes: hashed.map(({ path, entry }) => ({ path, entry })),
    objects: hashed.flatMap(({ object }) => object ?? []),
    author: someone,
    committer: someone,
    message: 'c\n',
    notes: { ref: 'refs/notes/ai-vcs', lines: (commit: ObjectId) => [`about ${commit}`] },
    allowEmpty: true,
  })
}

/** The tree of all entries, made anew: nothing that the index remembers of trees is used. */
function treeOfEntries(sandbox: GitSandbox): string {
  const env = { ...plainGit, GIT_INDEX_FILE: sandbox.beside('other-index') }
  rmSync(env.GIT_INDEX_FILE, { force: true })
  const git = (args: readonly string[], input = '') =>
    execFileSync('git', args, { cwd: sandbox.folder, env, input, encoding: 'utf8' })
  git(['update-index', '-z', '--index-info'], sandbox.git('ls-files', '-s', '-z'))
  return git(['write-tree'])
}

/** As a name of a lock has it. */
function pidNamespace(): string {
  return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')
}

function leftLocks(sandbox: GitSandbox): readonly string[] {
  const names = readdirSync(join(sandbox.folder, '.git'), { recursive: true }) as string[]
  return names.filter((name) => name.endsWith('.lock') || name.startsWith('ai-vcs/locks/'))
}
