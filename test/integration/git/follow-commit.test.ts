import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import { followCommit } from '../../../src/git/follow-commit.ts'
import { isCommitEditorOpen } from '../../../src/git/probe.ts'
import { GitSandbox, plainGit } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'
import { noteTexts } from '../../support/note-texts.ts'

const branch = 'refs/heads/main'
const message = 'room: followed'

/** `main` is one commit behind `ahead`, whose files already lie in the work tree. */
async function behind() {
  const sandbox = new GitSandbox()
  const from = sandbox.commit({ a: '1', gone: '1', same: '1', mine: '1' }) as ObjectId
  rmSync(join(sandbox.folder, 'gone'))
  const commit = sandbox.commit({ a: '2', 'new/b': '2' }, 'ahead') as ObjectId
  sandbox.git('branch', 'ahead')
  sandbox.git('reset', '-q', '--soft', 'HEAD~1')
  sandbox.git('reset', '-q')
  assert.equal(sandbox.status(), ' M a\n D gone\n?? new/\n')
  return { sandbox, from, commit, repository: await sandbox.open() }
}

describe('following a commit', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  it('moves branch and index, not the files, and says so in the reflog', async () => {
    const { sandbox, from, commit, repository } = await behind()
    await using _ = sandbox
    const notes = { ref: 'refs/notes/ai-vcs', lines: ['line'] }
    assert.deepEqual(await followCommit(repository, { branch, commit, message, notes }), { status: 'followed', from })
    assert.equal(sandbox.status(), '')
    assert.equal(sandbox.git('rev-parse', 'HEAD').trim(), commit)
    assert.match(sandbox.git('reflog', '-1', 'HEAD'), /room: followed/)
    assert.deepEqual(noteTexts(repository, repository.refs.read(notes.ref), commit), ['line'])
    assert.deepEqual(await followCommit(repository, { branch, commit, message }), { status: 'current' })
  })

  it('leaves alone a branch that another work tree has checked out, or is rebasing', async () => {
    const { sandbox, from, commit, repository } = await behind()
    await using _ = sandbox
    sandbox.git('add', '-A')
    sandbox.git('stash', '-q')
    sandbox.git('checkout', '-q', '--detach')
    const linked = sandbox.beside('linked')
    sandbox.git('worktree', 'add', '-q', linked, 'main')
    const isBusy = async () => {
      const result = await followCommit(repository, { branch, commit, message })
      assert.equal(result.status, 'busy')
      assert.match(result.reason, /^main is checked out in .*linked\.$/)
    }
    await isBusy()
    assert.throws(() => sandbox.gitIn(linked, 'rebase', '-q', '--exec', 'false', '--root'))
    assert.throws(() => sandbox.gitIn(linked, 'symbolic-ref', '-q', 'HEAD'))
    await isBusy()
    sandbox.gitIn(linked, 'rebase', '--abort')
    // The main work tree has it, for whoever works in the linked one.
    sandbox.gitIn(linked, 'checkout', '-q', '--detach')
    sandbox.git('checkout', '-q', 'main')
    const beside = await sandbox.open(linked)
    const result = await followCommit(beside, { branch, commit, message })
    assert.deepEqual(result, { status: 'busy', reason: `main is checked out in ${realpathSync(sandbox.folder)}.` })
    sandbox.git('checkout', '-q', '--detach')
    assert.deepEqual(await followCommit(beside, { branch, commit, message }), { status: 'followed', from })
  })

  it('keeps what is staged at other paths, and at the same ones', async () => {
    const { sandbox, commit, repository } = await behind()
    await using _ = sandbox
    sandbox.write('mine', 'staged')
    sandbox.write('a', 'staged too')
    sandbox.git('add', 'mine', 'a')
    await followCommit(repository, { branch, commit, message })
    assert.equal(sandbox.status(), 'M  a\nM  mine\n')
    assert.equal(sandbox.git('cat-file', 'blob', ':a'), 'staged too')
  })

  it('keeps a conflict of the index, whichever side equals HEAD', async () => {
    const { sandbox, commit, repository } = await behind()
    await using _ = sandbox
    const ids = ['HEAD:a', 'ahead:a'].map((name) => sandbox.git('rev-parse', name).trim())
    const stages = [ids[0], ids[1], ids[0]].map((id, i) => `100644 ${id} ${i + 1}\ta\n`)
    sandbox.gitWith(`0 ${'0'.repeat(40)}\ta\n${stages.join('')}`, 'update-index', '--index-info')
    assert.equal((await followCommit(repository, { branch, commit, message })).status, 'followed')
    assert.equal(sandbox.status(), 'UU a\n')
  })

  it('leaves newer text in the work tree as a change', async () => {
    const { sandbox, commit, repository } = await behind()
    await using _ = sandbox
    sandbox.write('a', 'newer')
    await followCommit(repository, { branch, commit, message })
    assert.equal(sandbox.status(), ' M a\n')
  })

  it('moves only the ref of a branch that is not checked out', async () => {
    const { sandbox, commit, repository } = await behind()
    await using _ = sandbox
    sandbox.git('branch', 'other')
    const other = 'refs/heads/other'
    assert.equal((await followCommit(repository, { branch: other, commit, message })).status, 'followed')
    assert.equal(sandbox.status(), ' M a\n D gone\n?? new/\n')
    assert.equal(repository.refs.read(other), commit)
  })

  it('never leaves a commit behind', async () => {
    const { sandbox, commit, repository } = await behind()
    await using _ = sandbox
    const head = sandbox.commit({ mine: '2' })
    assert.deepEqual(await followCommit(repository, { branch, commit, message }), { status: 'diverged' })
    assert.equal(sandbox.git('rev-parse', 'HEAD').trim(), head)
  })

  it('waits, as a value, while Git is in the middle of something', async () => {
    const { sandbox, from, commit, repository } = await behind()
    await using _ = sandbox
    for (const [file, reason] of [
      ['MERGE_HEAD', /a merge/],
      ['index.lock', /index/],
    ] as const) {
      const path = join(repository.gitDir, file)
      writeFileSync(path, '')
      const result = await followCommit(repository, { branch, commit, message })
      assert.ok(result.status === 'busy' && reason.test(result.reason), JSON.stringify(result))
      rmSync(path)
    }
    assert.equal(repository.refs.read(branch), from)
    assert.equal(sandbox.status(), ' M a\n D gone\n?? new/\n')
  })

  it('waits while the message of a commit is being written', async () => {
    const { sandbox, commit, repository } = await behind()
    await using _ = sandbox
    const end = sandbox.beside('end')
    const editor = sandbox.beside('editor.sh')
    writeFileSync(editor, `while [ ! -e '${end}' ]; do sleep 0.05; done\necho message > "$1"\n`)
    const env = { ...plainGit, GIT_EDITOR: `sh '${editor}'` }
    const committing = spawn('git', ['commit', '-q', '--allow-empty'], { cwd: sandbox.folder, env, stdio: 'ignore' })
    const ended = once(committing, 'exit')
    while (!isCommitEditorOpen(repository.gitDir)) await sleep(20)
    const result = await followCommit(repository, { branch, commit, message })
    assert.deepEqual(result, { status: 'busy', reason: 'The message of a commit is being written.' })
    writeFileSync(end, '')
    assert.deepEqual(await ended, [0, null])
    assert.equal((await followCommit(repository, { branch, commit, message })).status, 'diverged')
  })
})
