import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AnvcsError, type ErrorCode } from '../../../src/contracts/errors.ts'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import { sshPublicKey } from '../../../src/identity/ssh-key.ts'
import { writeAllowedSigners } from '../../../src/git/allowed-signers.ts'
import { commitFiles, type CommitFilesRequest } from '../../../src/git/commit-files.ts'
import { writeIntent } from '../../../src/git/intent.ts'
import type { GitRepository } from '../../../src/git/repository.ts'
import { GitSandbox, someone } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'
import { sshSigner } from '../../support/ssh-signer.ts'
import { noteTexts } from '../../support/note-texts.ts'
import { takenFiles } from '../../support/taken-files.ts'

const ref = 'refs/notes/ai-vcs'

async function commit(
  repository: GitRepository,
  paths: readonly string[],
  more: Partial<CommitFilesRequest> = {},
): ReturnType<typeof commitFiles> {
  return commitFiles(repository, {
    ...(await takenFiles(repository, paths)),
    author: someone,
    committer: someone,
    message: 'subject\n\nbody\n',
    ...more,
  })
}

function is(code: ErrorCode): (error: unknown) => boolean {
  return (error) => AnvcsError.is(error, code)
}

describe('a commit', function () {
  this.timeout(120_000)
  before(needsProgram('git'))
  before(needsProgram('ssh-keygen'))

  for (const format of ['sha1', 'sha256'])
    it(`in a ${format} repository is what git shows, and leaves a clean status`, async () => {
      await using sandbox = new GitSandbox([`--object-format=${format}`])
      const repository = await sandbox.open()
      for (const [path, text] of [
        ['a', '1'],
        ['b/c', '2'],
        ['b/d', '3'],
      ] as const)
        sandbox.write(path, text)
      const first = await commit(repository, ['a', 'b/c', 'b/d'])
      assert.deepEqual(first.parents, [])
      rmSync(join(sandbox.folder, 'b/c'))
      sandbox.write('a', 'changed')
      const second = await commit(repository, ['a', 'b/c'])
      assert.equal(sandbox.git('rev-parse', 'HEAD').trim(), second.commit)
      assert.deepEqual(second.parents, [first.commit])
      assert.equal(
        sandbox.git('log', '--format=%an <%ae> %at %cn%n%B', '-1'),
        'A U Thor <author@example.com> 1700000000 A U Thor\nsubject\n\nbody\n\n',
      )
      assert.equal(sandbox.git('ls-tree', '-r', '--name-only', 'HEAD'), 'a\nb/d\n')
      assert.equal(sandbox.git('write-tree').trim(), second.tree)
      assert.equal(sandbox.status(), '')
      assert.match(sandbox.git('reflog', 'HEAD'), /commit: subject\n.*commit \(initial\): subject\n$/s)
      sandbox.fsck()
    })

  it('is the commit that git itself makes of the same', async () => {
    await using sandbox = new GitSandbox()
    await using twin = new GitSandbox()
    for (const each of [sandbox, twin]) each.write('f/a', '1')
    const made = await commit(await sandbox.open(), ['f/a'])
    twin.git('add', '-A')
    twin.git('-c', 'user.useConfigOnly=false', 'commit', '-q', '--date=1700000000 +0000', '-m', 'subject\n\nbody')
    const theirs = twin
      .git('cat-file', 'commit', 'HEAD')
      .replace(/^committer .*$/m, 'committer A U Thor <author@example.com> 1700000000 +0000')
    assert.equal(sandbox.git('cat-file', 'commit', made.commit), theirs)
  })

  it('moves the branch of its own linked work tree only', async () => {
    await using sandbox = new GitSandbox()
    const head = sandbox.commit({ a: '1' })
    const linked = sandbox.beside('linked')
    sandbox.git('worktree', 'add', '-q', '-b', 'other', linked)
    const repository = await sandbox.open(linked)
    writeFileSync(join(linked, 'a'), '2')
    const made = await commit(repository, ['a'])
    assert.equal(made.branch, 'refs/heads/other')
    assert.equal(sandbox.git('rev-parse', 'other').trim(), made.commit)
    assert.equal(sandbox.git('rev-parse', 'main').trim(), head)
    assert.equal(sandbox.status() + sandbox.status(linked), '')
    sandbox.fsck()
  })

  it('moves a detached HEAD', async () => {
    await using sandbox = new GitSandbox()
    const head = sandbox.commit({ a: '1' })
    sandbox.git('checkout', '-q', '--detach')
    sandbox.write('a', '2')
    const made = await commit(await sandbox.open(), ['a'])
    assert.equal(made.branch, undefined)
    assert.equal(sandbox.git('rev-parse', 'HEAD').trim(), made.commit)
    assert.equal(sandbox.git('rev-parse', 'main').trim(), head)
  })

  it('keeps what else is staged, changed, and named in other bytes', async () => {
    await using sandbox = new GitSandbox()
    const raw = Buffer.concat([Buffer.from(`${sandbox.folder}/`), Buffer.from([0x61, 0xff])])
    writeFileSync(raw, 'raw')
    sandbox.commit({ a: '1', staged: '1', changed: '1' })
    sandbox.write('a', '2')
    sandbox.write('staged', '2')
    sandbox.git('add', 'staged')
    sandbox.write('changed', '2')
    await commit(await sandbox.open(), ['a'])
    assert.equal(sandbox.status(), ' M changed\nM  staged\n')
    assert.equal(sandbox.git('show', '--format=', '--name-only', 'HEAD'), 'a\n')
    assert.equal(sandbox.git('ls-tree', '--name-only', 'HEAD'), 'a\n"a\\377"\nchanged\nstaged\n')
    sandbox.fsck()
  })

  it('works on a split and on a sparse index', async () => {
    for (const args of [
      ['update-index', '--split-index'],
      ['sparse-checkout', 'set', '--cone', '--sparse-index', 'in'],
    ]) {
      await using sandbox = new GitSandbox()
      sandbox.commit({ 'in/a': '1', 'out/b/c': '1', top: '1' })
      sandbox.git(...args)
      sandbox.write('in/a', '2')
      await commit(await sandbox.open(), ['in/a'])
      assert.equal(sandbox.status(), '')
      assert.equal(sandbox.git('ls-tree', '-r', '--name-only', 'HEAD'), 'in/a\nout/b/c\ntop\n')
      sandbox.fsck()
    }
  })

  it('carries its note, and both move or neither does', async () => {
    await using sandbox = new GitSandbox()
    sandbox.write('a', '1')
    const repository = await sandbox.open()
    const notes = { ref, lines: (id: ObjectId) => [`{"commit_id":"${id}"}`] }
    const made = await commit(repository, ['a'], { notes })
    assert.deepEqual(noteTexts(repository, repository.refs.read(ref), made.commit), [`{"commit_id":"${made.commit}"}`])
    assert.equal(sandbox.git('notes', `--ref=${ref}`, 'show'), `{"commit_id":"${made.commit}"}\n`)
  })

  it('is refused where its note has no place, and the ref is named', async () => {
    await using sandbox = new GitSandbox()
    sandbox.write('a', '1')
    const blob = sandbox.git('hash-object', '-w', 'a').trim()
    sandbox.git('update-ref', ref, blob)
    const repository = await sandbox.open()
    const notes = { ref, lines: () => ['line'] }
    await assert.rejects(commit(repository, ['a'], { notes }), { code: 'OBJECT_INVALID', details: { ref, id: blob } })
    assert.equal(repository.refs.read('refs/heads/main'), undefined)
    sandbox.git('update-ref', '-d', ref, blob)
    await commit(repository, ['a'], { notes })
  })

  it('is signed as `git verify-commit` wants it, in both formats', async () => {
    for (const format of ['sha1', 'sha256']) {
      await using sandbox = new GitSandbox([`--object-format=${format}`])
      const repository = await sandbox.open()
      const signer = sshSigner(sandbox.beside('key'))
      const jokers = ['*', 'a@example.com,*', '*@example.com', 'x y@z'].map((email) => ({
        email,
        publicKey: sshPublicKey(new Uint8Array(32)),
      }))
      assert.equal(
        await writeAllowedSigners(repository, [
          { email: someone.email, publicKey: sshPublicKey(signer.publicKey) },
          ...jokers,
        ]),
        true,
      )
      sandbox.write('a', '1')
      const made = await commit(repository, ['a'], {
        sign: (payload) => signer.sign('git', payload),
        message: 'ünï\n\nbody\n',
      })
      sandbox.git('verify-commit', made.commit)
      assert.equal(sandbox.git('log', '-1', '--format=%G? %GS'), 'G author@example.com\n')
      assert.equal(
        sandbox.git('config', '--file', '.git/config', 'gpg.ssh.allowedSignersFile').trim(),
        join(repository.dataDir, 'allowed_signers'),
      )
      const other = sshSigner(sandbox.beside('other'))
      const strange = await commit(repository, ['a'], {
        sign: (payload) => other.sign('git', payload),
        allowEmpty: true,
      })
      assert.throws(() => sandbox.git('verify-commit', strange.commit))
      sandbox.fsck()
    }
  })

  it("leaves the user's own list of signers alone", async () => {
    await using sandbox = new GitSandbox()
    sandbox.git('config', 'gpg.ssh.allowedSignersFile', '/etc/signers')
    assert.equal(await writeAllowedSigners(await sandbox.open(), []), false)
    assert.equal(sandbox.git('config', 'gpg.ssh.allowedSignersFile'), '/etc/signers\n')
  })
})

describe('a commit is refused, and nothing moves,', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  it('when it would be empty, unless that is asked for', async () => {
    await using sandbox = new GitSandbox()
    const repository = await sandbox.open()
    await assert.rejects(commit(repository, []), is('COMMIT_EMPTY'))
    const head = sandbox.commit({ a: '1' })
    await assert.rejects(commit(repository, ['a']), is('COMMIT_EMPTY'))
    assert.equal(sandbox.git('rev-parse', 'HEAD').trim(), head)
    assert.deepEqual((await commit(repository, [], { allowEmpty: true })).parents, [head])
  })

  it('when HEAD is not what was expected', async () => {
    await using sandbox = new GitSandbox()
    const head = sandbox.commit({ a: '1' }) as ObjectId
    const repository = await sandbox.open()
    sandbox.commit({ a: '2' })
    sandbox.write('a', '3')
    for (const expectHead of [head, undefined])
      await assert.rejects(commit(repository, ['a'], { expectHead }), is('REF_MOVED'))
    assert.equal(sandbox.status(), ' M a\n')
  })

  it('when a merge has begun that was not there before', async () => {
    await using sandbox = new GitSandbox()
    const head = sandbox.commit({ a: '1' })
    writeFileSync(join(sandbox.folder, '.git/MERGE_HEAD'), `${head}\n`)
    sandbox.write('a', '2')
    await assert.rejects(commit(await sandbox.open(), ['a']), is('REF_MOVED'))
    assert.equal(sandbox.git('rev-parse', 'HEAD').trim(), head)
  })

  it('while another program holds the index, whose lock stays', async () => {
    await using sandbox = new GitSandbox()
    const head = sandbox.commit({ a: '1' })
    sandbox.write('a', '2')
    const lock = join(sandbox.folder, '.git/index.lock')
    writeFileSync(lock, '')
    await assert.rejects(commit(await sandbox.open(), ['a']), is('LOCK_TIMEOUT'))
    assert.ok(existsSync(lock))
    rmSync(lock)
    assert.equal(sandbox.git('rev-parse', 'HEAD').trim(), head)
    assert.equal(sandbox.status(), ' M a\n')
  })

  it('and waits for an index lock that goes away', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ a: '1' })
    sandbox.write('a', '2')
    const lock = join(sandbox.folder, '.git/index.lock')
    const repository = await sandbox.open()
    writeFileSync(lock, '')
    const running = commit(repository, ['a'])
    setTimeout(() => rmSync(lock), 300)
    await running
    assert.equal(sandbox.status(), '')
  })

  it('when a path is a file and a folder, or leads into .git', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ a: '1' })
    const repository = await sandbox.open()
    const entry = { mode: 0o100644, id: sandbox.git('rev-parse', 'HEAD:a').trim() as ObjectId }
    for (const path of ['a/b', '.git/hooks/x', '../x'])
      await assert.rejects(commit(repository, [], { changes: [{ path, entry }] }), is('PATH_ESCAPES_TREE'))
    assert.equal(sandbox.status(), '')
  })

  it('when the signal aborts before the index is touched', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ a: '1' })
    sandbox.write('a', '2')
    const reason = new Error('enough')
    await assert.rejects(commit(await sandbox.open(), ['a'], { signal: AbortSignal.abort(reason) }), reason)
    assert.equal(sandbox.status(), ' M a\n')
    assert.deepEqual(readdirSync(join(sandbox.folder, '.git/ai-vcs')), [])
  })
})

describe('a commit that cannot be made', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  for (const [how, rule] of [
    ['by us', ''],
    ['by git, as there are attributes', '* text\n'],
  ] as const)
    it(`for a lock of its branch leaves the index, written ${how}, as it was`, async () => {
      await using sandbox = new GitSandbox()
      const head = sandbox.commit({ a: '1', b: '1', removed: '1', '.git/info/attributes': rule })
      for (const [path, text] of [
        ['a', 'staged'],
        ['added', 'staged'],
      ] as const)
        sandbox.write(path, text)
      sandbox.git('add', 'a', 'added')
      sandbox.git('rm', '-q', '--cached', 'removed')
      const before = sandbox.git('ls-files', '--stage', '--debug')
      for (const path of ['a', 'b', 'added', 'removed']) sandbox.write(path, 'on disk')
      const repository = await sandbox.open()
      const lock = join(sandbox.folder, '.git/refs/heads/main.lock')
      writeFileSync(lock, '')
      await assert.rejects(commit(repository, ['a', 'b', 'added', 'removed']), is('LOCK_TIMEOUT'))
      rmSync(lock)
      assert.equal(sandbox.git('ls-files', '--stage', '--debug'), before)
      assert.equal(sandbox.status(), 'MM a\nAM added\n M b\nD  removed\n?? removed\n')
      assert.equal(sandbox.git('rev-parse', 'HEAD').trim(), head)
      assert.deepEqual(
        readdirSync(join(repository.gitDir, 'ai-vcs')).filter((name) => name.startsWith('index')),
        [],
      )
    })

  it('leaves what others have staged meanwhile', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ a: '1', b: '1' })
    sandbox.write('a', 'ours')
    const repository = await sandbox.open()
    const lock = join(sandbox.folder, '.git/refs/heads/main.lock')
    writeFileSync(lock, '')
    const running = commit(repository, ['a'])
    // Once the file is staged, somebody else stages another.
    while (!sandbox.status().startsWith('M ')) await sleep(10)
    sandbox.write('b', 'theirs')
    sandbox.git('add', 'b')
    await assert.rejects(running, is('LOCK_TIMEOUT'))
    assert.equal(sandbox.status(), ' M a\nM  b\n')
  })

  it('is one where HEAD has gone on with one of its paths, or was amended', async () => {
    await using sandbox = new GitSandbox()
    const expectHead = sandbox.commit({ a: '1', 'in/b': '1' }) as ObjectId
    sandbox.write('in/b', '2')
    const repository = await sandbox.open()
    const follows = { expectHead, mayFollow: true }
    const files = await takenFiles(repository, ['in/b'])
    sandbox.git('commit', '-q', '-m', 'theirs', '--', 'in/b')
    await assert.rejects(commit(repository, [], { ...files, ...follows }), is('REF_MOVED'))
    sandbox.git('reset', '-q', '--hard', expectHead)
    sandbox.git('commit', '-q', '--amend', '--allow-empty', '-m', 'amended')
    await assert.rejects(commit(repository, [], { ...files, ...follows }), is('REF_MOVED'))
    const next = sandbox.commit({ a: '2' })
    const made = await commit(repository, [], {
      ...files,
      expectHead: sandbox.git('rev-parse', 'HEAD~').trim() as ObjectId,
      mayFollow: true,
    })
    assert.deepEqual(made.parents, [next])
    assert.equal(sandbox.git('show', '--format=', '--name-only', 'HEAD'), 'in/b\n')
  })
})

describe('after a crash', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  /** Makes a commit, then puts refs (and the index) back to where a crash would have left them. */
  async function crashed(sandbox: GitSandbox, left: 'before the index' | 'before the refs' | 'after the refs') {
    const old = sandbox.commit({ a: '1' }) as ObjectId
    const repository = await sandbox.open()
    sandbox.write('a', '2')
    const { changes: index } = await takenFiles(repository, ['a'])
    const made = await commit(repository, ['a'])
    if (left !== 'after the refs') sandbox.git('update-ref', 'refs/heads/main', old)
    if (left === 'before the index') sandbox.git('reset', '-q')
    const notes = { ref, lines: ['line'] }
    writeIntent(repository, {
      ref: 'refs/heads/main',
      old,
      commit: made.commit,
      reflog: 'commit: r',
      index,
      notes,
      ends: null,
    })
    sandbox.write('b', 'next')
    return { old, made, repository }
  }

  it('before the index the next commit drops the last one, whose file is still changed', async () => {
    await using sandbox = new GitSandbox()
    const { old, repository } = await crashed(sandbox, 'before the index')
    assert.deepEqual((await commit(repository, ['b'])).parents, [old])
    assert.equal(sandbox.status(), ' M a\n')
    assert.equal(existsSync(join(repository.gitDir, 'ai-vcs/intent')), false)
  })

  for (const left of ['before the refs', 'after the refs'] as const)
    it(`${left} the next commit completes the last one, with its note`, async () => {
      await using sandbox = new GitSandbox()
      const { made, repository } = await crashed(sandbox, left)
      assert.deepEqual((await commit(repository, ['b'])).parents, [made.commit])
      assert.deepEqual(noteTexts(repository, repository.refs.read(ref), made.commit), ['line'])
      assert.equal(sandbox.status(), '')
      sandbox.fsck()
    })

  it('before the refs the last commit is dropped when somebody has staged something else', async () => {
    await using sandbox = new GitSandbox()
    const { old, repository } = await crashed(sandbox, 'before the refs')
    sandbox.write('a', '3')
    sandbox.git('add', 'a')
    assert.deepEqual((await commit(repository, ['b'])).parents, [old])
    assert.equal(sandbox.git('cat-file', 'blob', ':a'), '3')
  })

  it('while git staged files elsewhere, what it left goes after a day', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ a: '1', '.gitattributes': '* text\n' })
    const repository = await sandbox.open()
    const left = ['index-old', 'index-new'].map((name) => join(repository.gitDir, 'ai-vcs', name))
    for (const folder of left) mkdirSync(folder, { recursive: true })
    const dayBefore = Date.now() / 1000 - 90_000
    utimesSync(left[0]!, dayBefore, dayBefore)
    sandbox.write('a', '2')
    await commit(repository, ['a'])
    assert.deepEqual(left.map(existsSync), [false, true])
  })

  it('a record that cannot be read is dropped', async () => {
    await using sandbox = new GitSandbox()
    const { repository, made } = await crashed(sandbox, 'after the refs')
    writeFileSync(join(repository.gitDir, 'ai-vcs/intent'), '{"version":1,"inte')
    assert.deepEqual((await commit(repository, ['b'])).parents, [made.commit])
  })
})
