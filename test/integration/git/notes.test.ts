import assert from 'node:assert/strict'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import { mergeNotes } from '../../../src/git/merge-notes.ts'
import { addNotes, listNotes, readNote, type NoteAddition } from '../../../src/git/notes.ts'
import type { GitRepository } from '../../../src/git/repository.ts'
import { GitSandbox, someone } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'
import { noteTexts } from '../../support/note-texts.ts'

const ref = 'refs/notes/ai-vcs'

async function add(repository: GitRepository, additions: readonly NoteAddition[]): Promise<boolean> {
  const tip = repository.refs.read(ref)
  const built = addNotes(repository, tip, additions, someone)
  if (!built) return false
  await repository.objects.write(built.objects)
  return repository.refs.update([{ name: ref, expect: tip, to: built.commit }], 'notes')
}

function notesOf(sandbox: GitSandbox): readonly string[] {
  return sandbox.git('notes', `--ref=${ref}`, 'list').trim().split('\n').sort()
}

const fakeCommit = (i: number) => (i + 1).toString(16).padStart(4, '0').repeat(10) as ObjectId

describe('notes', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  for (const format of ['sha1', 'sha256'])
    it(`are what \`git notes\` shows in a ${format} repository`, async () => {
      await using sandbox = new GitSandbox([`--object-format=${format}`])
      const commit = sandbox.commit({ a: '1' }) as ObjectId
      const repository = await sandbox.open()
      assert.deepEqual(noteTexts(repository, undefined, commit), [])
      await add(repository, [{ commit, lines: ['{"b":1}', '{"a":1}'] }])
      assert.equal(sandbox.git('notes', `--ref=${ref}`, 'show', commit), '{"a":1}\n{"b":1}\n')
      assert.deepEqual(noteTexts(repository, repository.refs.read(ref), commit), ['{"a":1}', '{"b":1}'])
      sandbox.fsck()
    })

  it('are sets of lines: adding again changes nothing, adding more keeps what is there', async () => {
    await using sandbox = new GitSandbox()
    const commit = sandbox.commit({ a: '1' }) as ObjectId
    const repository = await sandbox.open()
    await add(repository, [
      { commit, lines: ['b'] },
      { commit, lines: ['c', 'b'] },
    ])
    assert.equal(await add(repository, [{ commit, lines: ['c'] }]), false)
    await add(repository, [{ commit, lines: ['a'] }])
    assert.equal(sandbox.git('notes', `--ref=${ref}`, 'show', commit), 'a\nb\nc\n')
  })

  it('of git and ours live together while the folders change', async () => {
    await using sandbox = new GitSandbox()
    const commits = Array.from({ length: 12 }, (_, i) => sandbox.commit({ a: String(i) }) as ObjectId)
    const repository = await sandbox.open()
    sandbox.git('notes', `--ref=${ref}`, 'add', '-m', 'by git', commits[0]!)
    await add(
      repository,
      commits.slice(0, 6).map((commit) => ({ commit, lines: ['ours'] })),
    )
    for (const commit of commits.slice(6)) sandbox.git('notes', `--ref=${ref}`, 'add', '-m', 'by git', commit)
    // Enough of them that git spreads the tree over folders.
    await add(
      repository,
      Array.from({ length: 1000 }, (_, i) => ({ commit: fakeCommit(i), lines: [`note ${i}`] })),
    )
    sandbox.git('notes', `--ref=${ref}`, 'append', '-m', 'and by git', commits[0]!)
    await add(repository, [{ commit: commits[11]!, lines: ['and ours'] }])
    const tip = repository.refs.read(ref)
    assert.deepEqual(noteTexts(repository, tip, commits[0]!), ['by git', 'ours', 'and by git'])
    assert.deepEqual(noteTexts(repository, tip, commits[11]!), ['and ours', 'by git'])
    const ours = listNotes(repository, tip)
      .map(({ commit, note }) => `${note} ${commit}`)
      .sort()
    assert.deepEqual(ours, notesOf(sandbox))
    assert.equal(ours.length, 1012)
    assert.equal(new Set(ours.map((line) => line.split(' ')[1])).size, 1012)
    sandbox.fsck()
  })

  it('that grew apart merge by sorting lines', async () => {
    await using sandbox = new GitSandbox()
    const commit = sandbox.commit({ a: '1' }) as ObjectId
    const repository = await sandbox.open()
    await add(repository, [{ commit, lines: ['common'] }])
    sandbox.git('update-ref', 'refs/notes/other', ref)
    await add(repository, [{ commit, lines: ['left'] }])
    sandbox.git('notes', '--ref=refs/notes/other', 'append', '-m', 'right', commit)
    sandbox.git('notes', `--ref=${ref}`, 'merge', '-q', '-s', 'cat_sort_uniq', 'refs/notes/other')
    assert.deepEqual(noteTexts(repository, repository.refs.read(ref), commit), ['common', 'left', 'right'])
  })

  it('merge to one commit, whichever side merges: what was added is there, what was removed is not', async () => {
    await using sandbox = new GitSandbox()
    const repository = await sandbox.open()
    const [both, gone, ours] = [0, 1, 2].map(fakeCommit) as [ObjectId, ObjectId, ObjectId]
    const odd = Buffer.from([0xff, 0xfe]).toString('latin1')
    await add(repository, [
      { commit: both, lines: ['secret', 'stays'] },
      { commit: gone, lines: ['all of it'] },
    ])
    const base = repository.refs.read(ref)!
    writeWithGit(sandbox, both, Buffer.from(`${odd}\nstays\n`, 'latin1'))
    sandbox.git('notes', `--ref=${ref}`, 'remove', gone)
    const left = repository.refs.read(ref)!
    sandbox.git('update-ref', ref, base)
    await add(repository, [
      { commit: both, lines: ['added'] },
      { commit: ours, lines: ['new'] },
    ])
    const right = repository.refs.read(ref)!
    const merged = mergeNotes(repository, { base, left, right })
    assert.equal(mergeNotes(repository, { base, left: right, right: left }).commit, merged.commit)
    await repository.objects.write(merged.objects)
    const note = readNote(repository, merged.commit, both)
    assert.deepEqual(Buffer.from(note), Buffer.from(`added\nstays\n${odd}\n`, 'latin1'))
    assert.deepEqual(noteTexts(repository, merged.commit, ours), ['new'])
    assert.deepEqual(
      listNotes(repository, merged.commit)
        .map(({ commit }) => commit)
        .sort(),
      [both, ours].sort(),
    )
    const apart = mergeNotes(repository, { base: undefined, left, right })
    await repository.objects.write(apart.objects)
    assert.deepEqual(noteTexts(repository, apart.commit, gone), ['all of it'])
    sandbox.git('update-ref', ref, merged.commit)
    sandbox.fsck()
  })
})

/** A note with these bytes, by git. */
function writeWithGit(sandbox: GitSandbox, commit: ObjectId, bytes: Uint8Array): void {
  const blob = sandbox.gitWith(bytes, 'hash-object', '-w', '--stdin').trim()
  sandbox.git('notes', `--ref=${ref}`, 'add', '-f', '-C', blob, commit)
}
