import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import type { GitObject, ObjectStore } from '../../../src/contracts/object-store.ts'
import type { RedactedText } from '../../../src/contracts/redactor.ts'
import type { GitRepository } from '../../../src/git/repository.ts'
import { sshPublicKey } from '../../../src/identity/ssh-key.ts'
import { armorSshSignature, sshSignedData } from '../../../src/identity/sshsig.ts'
import { toHex, utf8 } from '../../../src/lib/bytes.ts'
import { nodeCrypto } from '../../../src/node/crypto.ts'
import { insertSignature, serializeCommit } from '../../../src/objects/commit.ts'
import { objectId } from '../../../src/objects/object-id.ts'
import { editTree, type TreeChange } from '../../../src/objects/tree-edit.ts'
import { canonicalJson, type JsonObject } from '../../../src/provenance/canonical-json.ts'
import type { ChangeId } from '../../../src/provenance/change-id.ts'
import { noteLine } from '../../../src/provenance/note-line.ts'
import { addTrailers } from '../../../src/provenance/trailers.ts'
import { recordTrailers } from '../../../src/provenance/record-trailers.ts'
import { buildRecord, recordDigest } from '../../../src/provenance/record.ts'
import { CommitViews, manyCommits } from '../../../src/repository/commit-views.ts'
import { notesRef, writeNotes } from '../../../src/repository/notes-ref.ts'
import { CliWorld } from '../../cli/cli-world.ts'
import { GitSandbox, someone } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'

/** Enough that most of them are read with the index. */
const length = 4 * manyCommits + 50
const seed = new Uint8Array(32).fill(7)
const publicKey = nodeCrypto.signingPublicKey(seed)

const commits = fc.array(
  fc.record({
    text: fc.string({ unit: 'binary', maxLength: 60 }),
    name: fc.string({ maxLength: 8 }).map((name) => name.replace(/[<>\n\0]/g, '')),
    note: fc.constantFrom(
      'none',
      'its own',
      'of another',
      'no record',
      'comes later',
      'unnamed, later',
      'never here',
      'file, later',
    ),
    parents: fc.integer({ min: 1, max: 3 }),
    isSigned: fc.constantFrom(true, false, false, false),
    passed: fc.constantFrom(true, false, undefined),
  }),
  { minLength: length, maxLength: length },
)
type Commit = typeof commits extends fc.Arbitrary<readonly (infer C)[]> ? C : never

/** Commits as told, and notes; what is to come later is returned: lines of notes, and the files that hold records. */
async function make(git: GitRepository, history: readonly Commit[]) {
  const idOf = (object: GitObject) => objectId(git.crypto, git.format, object)
  const records = history.map(({ text, passed }, i) =>
    buildRecord(nodeCrypto, seed, {
      change_id: i.toString(16).padStart(32, '0') as ChangeId,
      tool: { name: 'anvcs', version: '0.1.0' },
      prompt: text as RedactedText,
      agent_id: `agent-${i % 5}`,
      ...(passed !== undefined && { tests_passed: passed }),
    }),
  )
  const files: GitObject[] = []
  const changes: TreeChange[] = []
  for (const [i, { ai_meta, salts }] of records.entries()) {
    if (history[i]!.note !== 'file, later') continue
    const line = canonicalJson({ ai_meta, salts } as unknown as JsonObject)
    const blob: GitObject = { type: 'blob', content: utf8(`${line}\n`) }
    const path = `.ai/records/${ai_meta.change_id.slice(0, 2)}/${ai_meta.change_id.slice(2)}.json`
    files.push(blob)
    changes.push({ path, entry: { mode: 0o100644, id: idOf(blob) } })
  }
  const edit = editTree(git.crypto, git.format, () => new Uint8Array(), undefined, changes)!
  const trees = edit.trees.map((content): GitObject => ({ type: 'tree', content }))
  const objects: GitObject[] = []
  const ids: ObjectId[] = []
  const now: { commit: ObjectId; lines: readonly string[] }[] = []
  const later: typeof now = []
  for (const [i, { text, name, note, parents, isSigned }] of history.entries()) {
    const record = records[i]!
    const changeId = record.ai_meta.change_id
    const digest = note === 'of another' ? 'ab'.repeat(32) : recordDigest(nodeCrypto, record)
    const isBound = !['none', 'no record', 'unnamed, later'].includes(note)
    const message = isBound ? addTrailers(`${text}\n\nbody\n`, recordTrailers({ changeId, digest })) : text
    const author = { ...someone, name, timeSeconds: someone.timeSeconds + i }
    const unsigned = serializeCommit({
      tree: edit.root,
      parents: ids.slice(-parents),
      author,
      committer: author,
      message,
    })
    const armored = () =>
      armorSshSignature(publicKey, 'git', nodeCrypto.sign(seed, sshSignedData(nodeCrypto, 'git', unsigned, 'sha512')))
    const content = isSigned ? insertSignature(unsigned, git.format, armored()) : unsigned
    const commit = idOf({ type: 'commit', content })
    objects.push({ type: 'commit', content })
    ids.push(commit)
    const lines = [note === 'no record' ? 'a word' : noteLine({ commit_id: commit, ...record })]
    if (note === 'comes later' || note === 'unnamed, later') later.push({ commit, lines })
    else if (!['none', 'never here', 'file, later'].includes(note)) now.push({ commit, lines })
  }
  await git.objects.write(objects)
  await writeNotes(git, now, someone)
  return { ids, later, files: [...trees, ...files] }
}

/** All views as JSON, and how many objects were read for them. */
async function query(git: GitRepository, ids: readonly ObjectId[]) {
  let reads = 0
  const objects: Pick<ObjectStore, 'read'> = { read: (id) => (reads++, git.objects.read(id)) }
  const views = await CommitViews.open({ ...git, objects: objects as typeof git.objects })
  const json = ids.map((id) => JSON.stringify(views.read(id, ['a name'])))
  await views.close()
  return { json, reads }
}

describe('the index of the history', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  const fileOf = (git: GitRepository) => join(git.dataDir, 'history')

  async function withoutIndex(git: GitRepository, ids: readonly ObjectId[]) {
    rmSync(fileOf(git), { force: true })
    return query(git, ids)
  }

  it('changes no answer, whatever the history, the notes that come later and the signers', async () => {
    await fc.assert(
      fc.asyncProperty(commits, async (history) => {
        await using sandbox = new GitSandbox()
        const git = await sandbox.open()
        mkdirSync(git.dataDir, { recursive: true })
        const { ids, later, files } = await make(git, history)
        const same = async () => {
          const indexed = await query(git, ids)
          assert.deepEqual(indexed.json, (await withoutIndex(git, ids)).json)
          assert.ok(existsSync(fileOf(git)))
          return indexed.json
        }
        await query(git, ids)
        const before = await same()
        await writeNotes(git, later, someone)
        const after = await same()
        const changed = ids.filter((_, i) => before[i] !== after[i])
        assert.deepEqual(
          new Set(changed),
          new Set(later.map(({ commit }) => commit)),
          'a note that arrives later shows',
        )
        await git.objects.write(files)
        const fetched = await same()
        assert.equal(
          fetched.filter((view, i) => view !== after[i]).length,
          history.filter(({ note }) => note === 'file, later').length,
          'a record that is fetched later shows',
        )
        const unknown = after.filter((view) => view.includes('"unknown key"')).length
        writeFileSync(join(git.dataDir, 'allowed_signers'), `ada@example.org ${sshPublicKey(publicKey)}\n`)
        const known = await same()
        assert.equal(known.filter((view) => view.includes('"good"')).length, unknown)
        assert.ok(known.some((view) => view.includes('"bound"')))
      }),
      { numRuns: 2, endOnFailure: true },
    )
  })

  describe('on one history', () => {
    let sandbox: GitSandbox
    let git: GitRepository
    let ids: readonly ObjectId[]
    let answer: readonly string[]
    let file: Buffer

    before(async () => {
      sandbox = new GitSandbox(['--object-format=sha256'])
      git = await sandbox.open()
      const history = Array.from({ length }, (_, i): Commit => {
        return { text: `change ${i}`, name: 'Ada', note: 'its own', parents: 1, isSigned: false, passed: true }
      })
      ids = (await make(git, history)).ids
      rmSync(git.dataDir, { recursive: true })
      answer = (await query(git, ids)).json
      assert.ok(!existsSync(git.dataDir), 'what is no repository of ours gets no file')
      mkdirSync(git.dataDir, { recursive: true })
      await query(git, ids)
      file = readFileSync(fileOf(git))
    })
    after(() => sandbox[Symbol.asyncDispose]())
    beforeEach(() => writeFileSync(fileOf(git), file))

    it('spares the objects', async () => {
      const [indexed, plain] = [await query(git, ids), await withoutIndex(git, ids)]
      const sparedCommits = length - manyCommits
      assert.ok(plain.reads - indexed.reads >= 3 * sparedCommits, `${indexed.reads} instead of ${plain.reads}`)
    })

    const damages: Readonly<Record<string, (bytes: Buffer) => Uint8Array>> = {
      'cut off': (bytes) => bytes.subarray(0, bytes.length / 2),
      empty: () => new Uint8Array(),
      'without a line': () => utf8('x'.repeat(100)),
      'changed in one byte': (bytes) => bytes.map((byte, at) => (at === bytes.length - 100 ? byte ^ 1 : byte)),
      'of another version': (bytes) => utf8(bytes.toString('utf8').replace('anvcs-history 2 ', 'anvcs-history 1 ')),
    }
    for (const [what, damage] of Object.entries(damages))
      it(`is made anew where the file is ${what}`, async () => {
        writeFileSync(fileOf(git), damage(file))
        assert.deepEqual((await query(git, ids)).json, answer)
        assert.equal(toHex(readFileSync(fileOf(git))), toHex(file))
      })

    it('is left alone where a folder of the notes is not here, for commits whose notes are', async () => {
      const tip = git.refs.read(notesRef)!
      const [gone] = sandbox.git('ls-tree', tip).split('\n')
      const prefix = gone!.split('\t')[1]!
      const tree = sandbox.git('ls-tree', tip).replace(/[0-9a-f]{64}/, 'ab'.repeat(32))
      const damaged = sandbox.gitWith(tree, 'mktree', '--missing').trim()
      const commit = sandbox.git('commit-tree', '-m', 'damaged', damaged).trim()
      sandbox.git('update-ref', notesRef, commit)
      try {
        const others = ids.map((id, i) => ({ id, view: answer[i] })).filter(({ id }) => !id.startsWith(prefix))
        const { json } = await query(
          git,
          others.map(({ id }) => id),
        )
        assert.deepEqual(
          json,
          others.map(({ view }) => view),
        )
        assert.deepEqual(readFileSync(fileOf(git)), file)
      } finally {
        sandbox.git('update-ref', notesRef, tip)
      }
    })

    it('is left to another process that writes it, and taken over from one that was killed', async () => {
      const fresh = join(git.dataDir, 'history.new')
      rmSync(fileOf(git))
      writeFileSync(fresh, 'begun')
      assert.deepEqual((await query(git, ids)).json, answer)
      assert.ok(!existsSync(fileOf(git)))
      assert.equal(readFileSync(fresh, 'utf8'), 'begun')
      utimesSync(fresh, 1, 1)
      await query(git, ids)
      await query(git, ids)
      assert.deepEqual(readFileSync(fileOf(git)), file)
    })
  })

  it('is used by `log` and `graph`, and `uninit` removes it', async () => {
    const world = await CliWorld.make()
    try {
      await world.repository('repo')
      await world.here(['init'], { folder: 'repo' })
      const from = 'committer Ada <ada@example.org> 1700000000 +0000'
      const input = Array.from({ length }, (_, i) => `commit refs/heads/long\n${from}\ndata 9\nchange ${i % 10}\n`)
      await world.run('git', ['fast-import', '--quiet'], { folder: 'repo', input: input.join('\n') })
      const ask = async () => {
        const logged = await world.here(['log', '--json', 'long'], { folder: 'repo' })
        const drawn = await world.here(['graph', '--json', 'long'], { folder: 'repo' })
        assert.equal((JSON.parse(logged.stdout) as { commits: unknown[] }).commits.length, length)
        return [logged.stdout, drawn.stdout]
      }
      const first = await ask()
      assert.ok(existsSync(world.path('repo/.git/ai-vcs/history')))
      assert.deepEqual(await ask(), first)
      await world.here(['uninit'], { folder: 'repo' })
      assert.ok(!existsSync(world.path('repo/.git/ai-vcs')))
    } finally {
      await world.close()
    }
  })
})
