import assert from 'node:assert/strict'
import type { AuthorId, FileId, ObjectId } from '../../src/contracts/ids.ts'
import { makeAnchor, stateOf, type Anchor } from '../../src/history/anchor.ts'
import { emptyState, joinStates, withAuthor, type FileState } from '../../src/history/file-state.ts'
import type { NamingEntry } from '../../src/history/naming-entry.ts'
import { writeNaming } from '../../src/history/naming-entry.ts'
import type { NamedStates } from '../../src/history/named-states.ts'
import { foldHeads } from '../../src/history/fold.ts'
import { adoptedAnchor, outsideAnchor } from '../../src/history/outside.ts'
import { typeValue } from '../../src/history/typing.ts'
import { authorIdOf, scriptCost, type Script } from '../../src/history/virtual-author.ts'
import { nodeCrypto } from '../../src/node/crypto.ts'
import { stageText, writeCommit, type SimCommit } from '../../src/testing/sim-commits.ts'
import type { RoomIdentity } from '../../src/room/room-identity.ts'
import type { Lie } from '../../src/testing/mallory.ts'
import { stranger } from '../../src/testing/mallory.ts'
import type { SimPeer } from '../../src/testing/sim-peer.ts'
import { HostileRoom } from '../support/hostile-room.ts'

const path = 'a.txt'
const files = { [path]: 'one two three\nfour five six\n', 'b.txt': 'other\n' }
const typed = 'what Alice typed and nobody has committed '
const nothing: NamedStates = { states: new Map(), partial: new Set() }

let room: HostileRoom
/** Mallory's eyes: an honest program that runs the rules; what is tried out with it leaves no trace at Alice and Bob. */
let eyes: SimPeer
let file: FileId
/** A commit of Alice, made with her program; she has typed more since. */
let committed: ObjectId

function engines() {
  return eyes.room.engines
}

function textAt(state: FileState): string {
  return engines().history.evaluator.textAt(file, state)
}

function blobOf(commit: ObjectId): string {
  const { history } = engines()
  return history.valueInTree(history.graph.node(commit).tree, path).text
}

function newestState(): FileState {
  return engines().live.stateOf(file)
}

/** Everybody has the objects of a commit that the eyes have stored. */
async function give(commit: ObjectId): Promise<void> {
  const pack = await room.world.wait(eyes.objects.pack([commit], []))
  for (const peer of room.honest) await room.world.wait(peer.objects.unpack(pack))
}

interface Made {
  readonly text: string
  readonly parents: readonly ObjectId[]
  readonly identity?: RoomIdentity
  readonly isStock?: boolean
  readonly at?: string
  readonly from?: SimPeer['room']
}

let commits = 0

/** A commit with a text of one file; it is not announced. */
async function make(options: Made): Promise<SimCommit> {
  const { text, parents, identity = room.mallory.identity, isStock, at = path, from = eyes.room } = options
  const made = await room.world.wait(
    writeCommit({
      room: from,
      objects: eyes.objects,
      identity,
      parents,
      staged: new Map([[at, stageText(text)]]),
      timeSeconds: 1_700_000_100 + commits++,
      message: `Commit ${commits}`,
      ...(isStock ? { isStock } : {}),
    }),
  )
  await give(made!.commit)
  return made!
}

/** The virtual author of a commit over any state: whatever was typed since is deleted. */
function retyped(commit: ObjectId, before = newestState()) {
  const { history } = engines()
  const target = history.valueInTree(history.graph.node(commit).tree, path)
  const value = { ...history.evaluator.valueAt(file, before), path }
  const state = typeValue(history, { commit, file, before, value, target })
  const anchor = makeAnchor(nodeCrypto, commit, new Map([[file, state]]), new Set())
  return { anchor, state }
}

/** Without the rule the lie would stand: its text is the blob, and what Alice typed is gone. */
function assertWouldTakeAway(state: FileState, commit: ObjectId): void {
  assert.equal(textAt(state), blobOf(commit))
  assert.ok(!textAt(state).includes(typed))
  assert.ok(textAt(newestState()).includes(typed))
}

type Said = Pick<NamingEntry, 'kind' | 'commit'> & Partial<NamingEntry>

function say(said: Said, lie?: Lie): void {
  const entry: NamingEntry = { named: nothing, key: undefined, lines: [], ...said }
  room.mallory.send(room.mallory.seal(writeNaming(entry), lie))
}

function named(state: FileState, partial = false): NamedStates {
  return { states: new Map([[file, state]]), partial: new Set(partial ? [file] : []) }
}

/** Nothing that Alice typed is lost, both are equal, can type and commit, and the other follows. */
async function assertGoesOn(): Promise<void> {
  await room.assertWorking(path)
  for (const { room: honest } of room.honest) {
    const text = honest.files.text(path)!
    assert.equal(text.split(typed).length - 1, 1, text)
  }
  const next = await room.world.wait(room.bob.commit([path], 'Go on'))
  assert.ok(await room.world.until(() => room.alice.room.commits.isNamed(next)))
  await room.settled()
  room.assertEqual([path, 'b.txt'])
  assert.equal(blobOfAt(room.alice, next), room.alice.room.files.text(path))
}

function blobOfAt({ room: { engines: its } }: SimPeer, commit: ObjectId): string {
  return its.history.valueInTree(its.history.graph.node(commit).tree, path).text
}

/** The lie is void at both honest peers. */
async function isVoid(reason: RegExp, said: Said, lie?: Lie): Promise<void> {
  const before = room.voidReasons.length
  say(said, lie)
  await room.settled()
  assert.equal(room.voidReasons.length, before + 1, 'the entry counts')
  assert.match(room.voidReasons.at(-1)!, reason)
  await assertGoesOn()
}

function isNamedBy(commit: ObjectId): readonly Anchor[] {
  return room.alice.room.engines.views.live().anchorsOf(commit)
}

async function open(seed: number): Promise<void> {
  room = await HostileRoom.open(seed, files)
  const { world, alice } = room
  eyes = world.peer('eyes')
  await eyes.join(await world.wait(alice.room.invite()))
  await world.wait(eyes.room.ready())
  file = room.file(path)
  alice.room.files.edit(path, [{ at: 0, remove: 3, insert: 'ONE' }])
  committed = await world.wait(alice.commit([path], 'Shout'))
  alice.room.files.edit(path, [{ at: 4, remove: 0, insert: typed }])
  await world.wait(alice.room.flush())
  await room.settled()
  assert.ok(await world.until(() => eyes.room.digest === alice.room.digest))
  assert.equal(eyes.room.files.text(path), `ONE ${typed}two three\nfour five six\n`)
}

async function close(): Promise<void> {
  await eyes.stop()
  await room.close()
}

describe('a member who lies about the states of commits', () => {
  beforeEach(() => open(1))
  afterEach(close)

  it('cannot give the commit of another the newest state', async () => {
    const { state } = retyped(committed)
    assertWouldTakeAway(state, committed)
    await isVoid(/its committer is another/, { kind: 'announce', commit: committed, named: named(state) })
  })

  it('cannot name the newest state for a commit of stock Git that another made: it counts as what it is', async () => {
    const { identity } = room.alice
    const made = await make({ text: 'ONE two three\nfour five SIX\n', parents: [committed], identity, isStock: true })
    const { state } = retyped(made.commit)
    assertWouldTakeAway(state, made.commit)
    const { key } = outsideAnchor(engines().views.live(), made.commit)
    say({ kind: 'announce', commit: made.commit, named: named(state) })
    await room.settled()
    assert.deepEqual(room.voidReasons, [])
    assert.deepEqual(isNamedBy(made.commit).map((anchor) => anchor.key), [key]) // prettier-ignore
    await assertGoesOn()
  })

  it('cannot give a commit of its own a state with its own virtual author', async () => {
    const { commit, lines } = await make({ text: 'ONE two three\nfour 5 six\n', parents: [committed] })
    const { state } = retyped(commit)
    assertWouldTakeAway(state, commit)
    await isVoid(/virtual author/, { kind: 'announce', commit, named: named(state), lines })
  })

  it('cannot tell another state before of a commit by outside, adopt or record', async () => {
    const { anchor, state } = retyped(committed)
    assertWouldTakeAway(state, committed)
    const { key } = anchor
    await isVoid(/commit of the room/, { kind: 'outside', commit: committed, key })
    await isVoid(/recorded/, { kind: 'adopt', commit: committed, key, named: named(state) })
    const lines = room.alice.notes.get(committed)!
    await isVoid(/recorded/, { kind: 'adopt', commit: committed, key, named: named(state), lines })
    await isVoid(/record says otherwise/, { kind: 'record', commit: committed, named: named(state), lines })
  })

  it('cannot pass off the newest state as a join or a fold', async () => {
    const { anchor, state } = retyped(committed)
    assertWouldTakeAway(state, committed)
    const { key } = anchor
    await isVoid(/otherwise than the rules/, { kind: 'join', commit: committed, key })
    await isVoid(/do not merge to this/, { kind: 'fold', commit: committed, key })
  })

  it('cannot be the first to tell of an outside commit, over the newest text', async () => {
    const text = 'ONE two three\nfour five six\nseven\n'
    const identity = stranger(room.world)
    const { commit } = await make({ text, parents: [committed], identity, isStock: true })
    const { anchor, state } = retyped(commit)
    assertWouldTakeAway(state, commit)
    await isVoid(/otherwise than the rules/, { kind: 'outside', commit, key: anchor.key })
    // Told as it should be, it adds its line, and takes nothing away.
    await room.world.wait(room.bob.room.commits.tell(commit))
    assert.ok(await room.world.until(() => room.alice.room.commits.isNamed(commit)))
    assert.ok(await room.world.until(() => room.alice.room.files.text(path)!.endsWith('six\nseven\n')))
    await assertGoesOn()
  })

  it('cannot type an outside commit by a script of its own: what others have deleted would come back', async () => {
    const text = 'ONE two three\nfour five six\nseven\n'
    const { commit } = await make({ text, parents: [committed], identity: stranger(room.world), isStock: true })
    const at = room.alice.room.files.text(path)!.indexOf('two ')
    room.alice.room.files.edit(path, [{ at, remove: 4, insert: '' }])
    await room.settled()
    assert.ok(await room.world.until(() => eyes.room.digest === room.alice.room.digest))
    const { history, views } = engines()
    const honest = outsideAnchor(views.live(), commit)
    const before = stateOf(views.live().joined(committed)!, file)
    const script: Script = { changes: [{ at: 0, remove: textAt(before).length, insert: text }], own: undefined }
    const author = { file, commit, before, script, registers: {} }
    const id = authorIdOf(nodeCrypto, history.room, author)
    history.addAuthor({ ...author, id, cost: scriptCost(script), lamport: 1 })
    const state = withAuthor(before, id)
    // Its text is the blob, as the honest one's is; only the deletion of Alice is undone by it.
    for (const typedIn of [state, stateOf(honest, file)]) assert.equal(textAt(typedIn), text)
    assert.ok(!textAt(joinStates(newestState(), stateOf(honest, file))).includes('two'))
    assert.ok(textAt(joinStates(newestState(), state)).includes('two'), 'without the rule it comes back')
    const { key } = makeAnchor(nodeCrypto, commit, new Map([[file, state]]), new Set())
    await isVoid(/otherwise than the rules/, { kind: 'outside', commit, key })
    assert.ok(!room.alice.room.files.text(path)!.includes('two'))
  })

  it('cannot take back what is in the head by naming an old state for a new commit', async () => {
    const { commit, lines } = await make({ text: files[path], parents: [committed] })
    assert.equal(textAt(emptyState), blobOf(commit), 'without the rule the old state would do')
    await isVoid(/lacks what its parents have/, { kind: 'announce', commit, named: named(emptyState), lines })
  })

  it('takes back what is in the head only as if it had typed so', async () => {
    const { commit } = await make({ text: files[path], parents: [committed], isStock: true })
    say({ kind: 'announce', commit, named: named(emptyState) })
    await room.settled()
    assert.ok(room.alice.room.commits.isNamed(commit))
    assert.ok(room.alice.room.files.text(path)!.includes('one '))
    await assertGoesOn()
  })

  it('cannot name a state outside of the causal past of its entry', async () => {
    const first = await make({ text: 'ONE two three\nfour five six\nM\n', parents: [committed], isStock: true })
    const { key } = outsideAnchor(engines().views.live(), first.commit)
    say({ kind: 'outside', commit: first.commit, key })
    await room.settled()
    const alices = room.alice.room.membership.feedsOf(room.alice.identity.certificate.device).map(({ feed }) => feed)
    room.alice.room.files.edit(path, [{ at: 0, remove: 0, insert: 'new ' }])
    await room.settled()
    assert.ok(await room.world.until(() => eyes.room.digest === room.alice.room.digest))
    const state = newestState()
    const { commit, lines } = await make({ text: textAt(state), parents: [first.commit] })
    const unseen = new Set(alices)
    await isVoid(/not in the causal past/, { kind: 'announce', commit, named: named(state), lines }, { unseen })
    const counts = new Map([...state.counts].map(([feed, count]) => [feed, count + 1000]))
    const more = named({ ...state, counts })
    const { evaluator } = engines().history
    const textBefore = evaluator.documentAt(file, { ...state, counts }).text
    await isVoid(/operations that do not exist/, { kind: 'announce', commit, named: more, lines })
    // Without the rule it would have had this text, and by now it has none.
    assert.ok(await room.world.until(() => eyes.room.digest === room.alice.room.digest))
    assert.ok(textBefore)
    assert.throws(() => evaluator.documentAt(file, { ...state, counts }), { code: 'INTERNAL' })
  })

  it('cannot name a torn state, without what its operations build on', async () => {
    room.bob.room.files.edit(path, [{ at: 4, remove: 0, insert: 'bob ' }])
    await room.settled()
    assert.ok(await room.world.until(() => eyes.room.digest === room.alice.room.digest))
    const state = newestState()
    const bobs = room.bob.room.membership.feedsOf(room.bob.identity.certificate.device)[0]!.feed
    const torn: FileState = { counts: new Map([[bobs, state.counts.get(bobs)!]]), authors: [] }
    assert.throws(() => textAt(torn), { code: 'INTERNAL' }, 'without the rule nobody could build its text')
    const { commit, lines } = await make({ text: 'ONE torn\n', parents: [room.world.base] })
    await isVoid(/not causally closed/, { kind: 'announce', commit, named: named(torn), lines })
  })

  it('cannot have the commit of another typed twice, as one from outside', async () => {
    const outside = outsideAnchor(engines().views.live(), committed)
    const twice = textAt(joinStates(newestState(), stateOf(outside, file)))
    assert.ok(twice.includes('ONEONE'), twice)
    await isVoid(/told so: it is told as from outside/, {
      kind: 'outside',
      commit: committed,
      key: outside.key,
    })
  })

  it('cannot have a commit typed that its author has announced as staged in part', async () => {
    const text = 'ONE what two three\nfour five six\n'
    const { identity } = room.alice
    const { commit, named: states } = await make({ text, parents: [committed], identity, isStock: true })
    assert.ok(states.partial.has(file))
    const outside = outsideAnchor(engines().views.live(), commit)
    const twice = textAt(joinStates(newestState(), stateOf(outside, file)))
    assert.equal(twice.split('what').length - 1, 2, 'without the rule the word stands twice')
    await room.world.wait(room.alice.room.commits.announce(commit, states, []))
    await room.settled()
    await isVoid(/otherwise than the rules/, { kind: 'outside', commit, key: outside.key })
    say({ kind: 'announce', commit, named: named(newestState()) })
    await room.settled()
    assert.ok(isNamedBy(commit).every(({ partial }) => partial.has(file)))
    await assertGoesOn()
  })

  it('cannot stop anybody by a state of what a stranger has committed that holds an author whom nobody knows', async () => {
    const text = 'ONE two three\nfour five SIX\n'
    const { commit } = await make({ text, parents: [committed], identity: stranger(room.world), isStock: true })
    const state = { ...newestState(), authors: ['ab'.repeat(16) as AuthorId] }
    say({ kind: 'announce', commit, named: named(state) })
    await room.settled()
    assert.deepEqual(room.voidReasons, [])
    assert.deepEqual(isNamedBy(commit).map((anchor) => anchor.key), [outsideAnchor(engines().views.live(), commit).key]) // prettier-ignore
    await assertGoesOn()
  })

  it('cannot take away what a stranger has committed by calling it staged in part', async () => {
    await assertCannotTakeAway(stranger(room.world))
  })

  it('cannot take away what another member has committed by plain git by calling it staged in part', async () => {
    await assertCannotTakeAway(room.alice.identity)
  })

  async function assertCannotTakeAway(identity: RoomIdentity): Promise<void> {
    const text = 'ONE two three\nfour five six\nseven\n'
    const { commit } = await make({ text, parents: [committed], identity, isStock: true })
    const { history, views } = engines()
    const of = stateOf(views.live().joined(committed)!, file)
    assert.ok(!textAt(of).includes('seven'), 'without the rule the line would be in no text')
    const { key } = outsideAnchor(views.live(), commit)
    say({ kind: 'announce', commit, named: named(of, true) })
    await room.settled()
    assert.deepEqual(isNamedBy(commit).map((anchor) => anchor.key), [key]) // prettier-ignore
    assert.ok(room.alice.room.files.text(path)!.includes('seven'))
    assert.ok(history.graph.isAncestor(committed, commit))
    await assertGoesOn()
  }

  it('cannot drop one side of a merge by naming the state of the other', async () => {
    const other = await make({ text: 'uno two three\nfour five six\n', parents: [room.world.base], isStock: true })
    const { key } = outsideAnchor(engines().views.live(), other.commit)
    say({ kind: 'outside', commit: other.commit, key })
    await room.settled()
    assert.equal(room.alice.room.commits.heads().length, 2, 'the heads conflict')
    const parents = [committed, other.commit].sort()
    const { commit, lines } = await make({ text: blobOf(committed), parents })
    const ours = stateOf(engines().views.live().joined(committed)!, file)
    assert.equal(textAt(ours), blobOf(commit), 'without the rule the state of one side would do')
    say({ kind: 'announce', commit, named: named(ours), lines })
    await room.settled()
    assert.match(room.voidReasons.at(-1)!, /lacks what its parents have/)
    assert.equal(room.alice.room.commits.heads().length, 2)
    await room.assertWorking(path)
  })

  it('cannot name by a record what the record does not bind', async () => {
    const { commit, lines } = await make({ text: 'ONE two three\nfour five\n', parents: [committed] })
    const noMember = stranger(room.world)
    const foreign = await make({ text: 'ONE two\nfour five\n', parents: [committed], identity: noMember })
    const state = newestState()
    const record = (of: ObjectId, said: Partial<NamingEntry>) =>
      isVoid(/record says otherwise/, { kind: 'record', commit: of, named: nothing, ...said })
    await record(commit, { lines: room.alice.notes.get(committed)!, named: named(state) })
    await record(commit, { lines, named: named(state) })
    await record(commit, { lines: [] })
    await record(foreign.commit, { lines: foreign.lines, named: foreign.named })
  })

  it('cannot adopt what is no recorded commit', async () => {
    const { commit, named: states } = await make({ text: 'ONE\n', parents: [committed], isStock: true })
    const { key } = outsideAnchor(engines().views.live(), commit)
    await isVoid(/only a recorded commit/, { kind: 'adopt', commit, key, named: states })
  })

  it('cannot pass off a commit as the merge of heads that conflict, or of one head', async () => {
    const key = '77'.repeat(32)
    await isVoid(/do not merge to this/, { kind: 'fold', commit: 'ab'.repeat(20) as ObjectId, key })
    await isVoid(/do not merge to this/, { kind: 'fold', commit: committed, key })
    await isVoid(/nothing names the commit/, { kind: 'join', commit: (await make({ text: 'x\n', parents: [committed] })).commit, key }) // prettier-ignore
  })

  it('cannot name more files than the format takes, nor cost much with as many', async function () {
    this.timeout(40_000)
    const id = (i: number) => i.toString(16).padStart(32, '0') as FileId
    const states = (count: number) => ({
      states: new Map(Array.from({ length: count }, (_, i) => [id(i), emptyState])),
      partial: new Set<FileId>(),
    })
    const { commit, lines } = await make({ text: 'ONE\n', parents: [committed] })
    const announce = { kind: 'announce', commit, lines } as const
    await isVoid(/malformed naming/, { ...announce, named: states(100_001) })
    const began = performance.now()
    await isVoid(/told so/, { ...announce, named: states(10_000) })
    assert.ok(performance.now() - began < 10_000, `${performance.now() - began} ms`)
  })

  it('cannot part those who have looked at a file of the base from those who have not', async () => {
    const other = 'b.txt'
    assert.equal(room.alice.room.files.text(other), files[other])
    const { commit, lines, named: states } = await make({ text: 'EVIL\n', parents: [committed], at: other })
    const evil = room.file(other)
    assert.deepEqual(states, { states: new Map([[evil, emptyState]]), partial: new Set([evil]) })
    say({ kind: 'announce', commit, named: states, lines })
    await room.settled()
    const [atAlice, atBob] = room.honest.map(({ room: { engines: its } }) =>
      its.views
        .live()
        .anchorsOf(commit)
        .map(({ key }) => key),
    )
    assert.deepEqual(atAlice, atBob)
    assert.equal(room.bob.room.files.text(other), files[other])
    await assertGoesOn()
  })

  it('cannot take a file of the base from those who have not looked at it by adopting', async () => {
    const other = 'b.txt'
    const { commit, lines, named: states } = await make({ text: 'EVIL\n', parents: [committed], at: other })
    const { key } = adoptedAnchor(engines().views.live(), commit, states)
    say({ kind: 'adopt', commit, named: states, lines, key })
    await room.settled()
    assert.ok(room.bob.room.commits.isNamed(commit))
    for (const { room: honest } of room.honest) assert.equal(honest.files.text(other), files[other])
    await assertGoesOn()
  })

  it('cannot move a file that its commit leaves alone by a record of paths', async () => {
    const other = room.file('b.txt')
    const named = {
      states: new Map([[other, emptyState]]),
      partial: new Set<FileId>(),
      paths: new Map([[other, 'c.txt']]),
    }
    const { tag, salt } = eyes.room
    const statesOf = () => Promise.resolve({ named, unexplained: [] })
    const from = { tag, salt, engines: engines(), commits: { statesOf } } as unknown as SimPeer['room']
    const { commit, lines } = await make({ text: 'new\n', parents: [committed], at: 'c.txt', from })
    const { key } = adoptedAnchor(engines().views.live(), commit, named)
    say({ kind: 'adopt', commit, named, lines, key })
    await room.settled()
    assert.ok(room.bob.room.commits.isNamed(commit))
    for (const { room: honest } of room.honest) {
      assert.equal(honest.files.text('b.txt'), files['b.txt'])
      assert.equal(honest.files.text('c.txt'), 'new\n')
    }
    await assertGoesOn()
  })

  it('cannot name a state of a file that does not exist', async () => {
    const { commit, lines, named: states } = await make({ text: 'ONE two\n', parents: [committed] })
    const file = 'ee'.repeat(16) as FileId
    const more = { ...states, states: new Map([...states.states, [file, emptyState]]) }
    await isVoid(/file that does not exist/, { kind: 'announce', commit, named: more, lines })
  })

  it('cannot make everybody merge without end by announcing heads beside each other', async function () {
    this.timeout(30_000)
    const { world, alice, bob } = room
    const spam = 80
    for (let i = 0; i < spam; i++) {
      const { commit } = await make({ text: `spam ${i}\nfour five six\n`, parents: [world.base], isStock: true })
      const { key } = outsideAnchor(engines().views.live(), commit)
      say({ kind: 'outside', commit, key })
    }
    await room.settled()
    assert.deepEqual(room.voidReasons, [])
    assert.ok(await world.until(() => eyes.room.digest === alice.room.digest))
    assert.equal(alice.room.commits.heads().length, spam + 1)
    let merges = 0
    const { history, views } = engines()
    const { driver } = history
    Object.assign(history, { driver: { merge: (...given: Parameters<typeof driver.merge>) => (merges++, driver.merge(...given)) } }) // prettier-ignore
    const { heads } = foldHeads(views.live())
    assert.equal(heads.length, spam + 1)
    assert.ok(merges <= (32 * 31) / 2, `${merges} merges`)
    // Those of honest peers, which go on from the head that they worked on, are merged as ever.
    const made = []
    for (const [peer, at] of [[alice, 'b.txt'], [bob, 'c.txt']] as const) // prettier-ignore
      made.push({ peer, commit: await make({ at, text: `by ${peer.name}\n`, parents: [committed], identity: peer.identity, isStock: true }) }) // prettier-ignore
    for (const { peer, commit } of made)
      await world.wait(peer.room.commits.announce(commit.commit, commit.named, commit.lines))
    const isMerged = () => alice.room.commits.heads().filter(({ commit }) => alice.room.engines.history.graph.node(commit).depth > 2).length === 1 // prettier-ignore
    assert.ok(await world.until(isMerged), 'the honest heads are not merged')
    await room.settled()
    await room.assertWorking(path)
  })
})
