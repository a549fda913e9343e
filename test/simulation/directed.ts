import type { ObjectId } from '../../src/contracts/ids.ts'
import type { SimPeer } from '../../src/testing/sim-peer.ts'
import { messageOf } from '../../src/lib/error-message.ts'
import type { SimCommit } from '../../src/testing/sim-commits.ts'
import { Gathering } from './gathering.ts'

/** What is wrong at the end of a scripted meeting; nothing where the rules hold. */
export type Meeting = (seed: number) => Promise<readonly string[]>

type Two = readonly [SimPeer, SimPeer]
type Three = readonly [SimPeer, SimPeer, SimPeer]
const lines = 'one\ntwo\nthree\nfour\nfive\nsix\n'

/** Somebody types into one file and commits another; a third changes the first meanwhile. */
async function oneFileOfTwo(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines, 'b.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  meeting.type(ann, 'b.txt', 'badger\n', 'one\n')
  await meeting.commitAndAnnounce(ann, ['b.txt'])
  meeting.type(ben, 'a.txt', 'otter\n', 'five\n')
  await meeting.commitAndAnnounce(ben, ['a.txt'])
  await meeting.settle()
  return meeting.faults(['walrus', 'badger', 'otter'])
}

/** Of two new words in a file one is staged; another head changes the same file. */
async function stagedInPart(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  await meeting.commitAndAnnounce(ann, ['a.txt'])
  const before = ann.room.files.text('a.txt')!
  meeting.type(ann, 'a.txt', 'badger\n', 'two\n')
  meeting.type(ann, 'a.txt', 'weasel\n', 'three\n')
  const staged = { 'a.txt': before.replace('three\n', 'three\nweasel\n') }
  await meeting.commitAndAnnounce(ann, [], { staged })
  meeting.type(ben, 'a.txt', 'otter\n', 'six\n')
  await meeting.commitAndAnnounce(ben, ['a.txt'])
  await meeting.settle()
  return meeting.faults(['walrus', 'badger', 'weasel', 'otter'])
}

/** A word is typed and deleted again by a peer that another one has seen only half of: both commit, no commit holds both. */
async function deletedBetweenHeads(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.type(ben, 'a.txt', 'walrus\n', 'three\n')
  await meeting.settle()
  meeting.part(ann)
  meeting.type(ann, 'a.txt', 'badger\n', 'one\n')
  await meeting.commitAndAnnounce(ann, ['a.txt'])
  meeting.erase(ben, 'a.txt', 'walrus\n')
  meeting.type(ben, 'a.txt', 'otter\n', 'six\n')
  await meeting.commitAndAnnounce(ben, ['a.txt'])
  await meeting.settle()
  return meeting.faults(['badger', 'otter'], ['walrus'])
}

/** A commit of the room is pulled before its author's entries come, and what is shown meanwhile is committed. */
async function pulledAhead(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  meeting.type(ann, 'a.txt', 'walrus\n', 'three\n')
  const made = await meeting.commit(ann, ['a.txt'])
  meeting.upstream.push(ann, made.commit)
  await meeting.pull(ben)
  meeting.watch(ben, 'walrus')
  // The operations come, the announcement does not yet.
  await meeting.settle()
  meeting.type(ben, 'a.txt', 'otter\n', 'six\n')
  await meeting.commitAndAnnounce(ben, ['a.txt'])
  await meeting.announce(ann, made)
  await meeting.settle()
  return meeting.faults(['walrus', 'otter'])
}

/** A commit is adopted because its author is away, who then comes back and announces it. */
async function adoptedThenAnnounced(seed: number): Promise<readonly string[]> {
  const { meeting } = await adopted(seed)
  await meeting.settle()
  return meeting.faults(['walrus'])
}

/** The commit comes by Git, without the entries of its author, and is adopted. */
async function adopt(meeting: Gathering, author: SimPeer, commit: ObjectId, by: SimPeer): Promise<void> {
  meeting.upstream.push(author, commit)
  await meeting.pull(by)
  await meeting.world.wait(by.room.commits.adopt())
}

async function adopted(seed: number, words = 'walrus\n') {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  // Until the link is given up: what is typed then comes in one batch.
  await meeting.pass(600_000)
  meeting.type(ann, 'a.txt', words, 'three\n')
  const commit = await meeting.commitAndAnnounce(ann, ['a.txt'])
  await adopt(meeting, ann, commit, ben)
  return { meeting, ann, ben }
}

/** The same, and both states have got children that conflict. */
async function childrenOfTwoStates(seed: number): Promise<readonly string[]> {
  const { meeting, ann, ben } = await adopted(seed)
  meeting.type(ann, 'a.txt', 'badger\n', 'walrus\n')
  await meeting.commitAndAnnounce(ann, ['a.txt'])
  meeting.type(ben, 'a.txt', 'otter\n', 'walrus\n')
  await meeting.commitAndAnnounce(ben, ['a.txt'])
  await meeting.settle()
  return meeting.faults(['walrus', 'badger', 'otter'])
}

/** The same, and nobody may see the word twice, not for a moment. */
async function shownOnTheWay(seed: number): Promise<readonly string[]> {
  const { meeting, ann, ben } = await adopted(seed)
  for (const peer of [ann, ben]) meeting.watch(peer, 'walrus')
  await meeting.settle()
  return meeting.faults(['walrus'])
}

/** A commit with a file that was staged in part is adopted without the entries of its author, who then comes back. */
async function partialAdopted(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines, 'b.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  meeting.type(ann, 'a.txt', 'badger\n', 'walrus\n')
  meeting.type(ann, 'b.txt', 'weasel\n', 'one\n')
  const staged = { 'a.txt': lines.replace('one\n', 'one\nbadger\n') }
  const commit = await meeting.commitAndAnnounce(ann, ['b.txt'], { staged })
  meeting.watch(ben, 'badger')
  await adopt(meeting, ann, commit, ben)
  meeting.type(ben, 'a.txt', 'otter\n', 'six\n')
  await meeting.settle()
  return meeting.faults(['walrus', 'badger', 'weasel', 'otter'])
}

/** On a commit with a file that was staged in part a whole one is made, and adopted where a part of its operations is known. */
async function adoptedAfterPartial(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  meeting.type(ann, 'a.txt', 'badger\n', 'three\n')
  await meeting.commitAndAnnounce(ann, [], { staged: { 'a.txt': lines.replace('three\n', 'three\nbadger\n') } })
  meeting.type(ann, 'a.txt', 'otter\n', 'six\n')
  await meeting.settle()
  meeting.part(ann)
  meeting.type(ann, 'a.txt', 'marten\n', 'five\n')
  await adopt(meeting, ann, await meeting.commitAndAnnounce(ann, ['a.txt']), ben)
  ann.kill()
  return meeting.faults(['walrus', 'badger', 'otter', 'marten'])
}

/** Of two words in a commit one is known where it is adopted, and its author never comes back. */
async function adoptedHalfKnown(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  await meeting.settle()
  meeting.part(ann)
  meeting.type(ann, 'a.txt', 'badger\n', 'three\n')
  await adopt(meeting, ann, await meeting.commitAndAnnounce(ann, ['a.txt']), ben)
  ann.kill()
  return meeting.faults(['walrus', 'badger'])
}

/** Somebody outside merges a commit with a file that was staged in part, and one that changes the same file. */
async function partialMergedOutside(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  meeting.type(ann, 'a.txt', 'badger\n', 'three\n')
  const inPart = lines.replace('three\n', 'three\nbadger\n')
  const partial = await meeting.commitAndAnnounce(ann, [], { staged: { 'a.txt': inPart } })
  await meeting.settle()
  meeting.upstream.push(ann, partial)
  meeting.commitUpstream({ 'a.txt': `${lines}otter\n` }, [meeting.world.base])
  meeting.commitUpstream({ 'a.txt': `${inPart}otter\n` }, [partial, meeting.upstream.tip])
  await meeting.pull(ben)
  await meeting.settle()
  return meeting.faults(['walrus', 'badger', 'otter'])
}

/** A file into which nobody has typed in the room is staged in part, where others have never looked at it. */
async function untouchedStagedInPart(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben', 'cat'], { 'a.txt': lines, 'b.txt': lines })
  const [ann, ben] = meeting.peers as readonly [SimPeer, SimPeer, SimPeer]
  ben.room.files.text('a.txt')
  await meeting.commitAndAnnounce(ann, [], { staged: { 'a.txt': lines.replace('two\n', 'two\nweasel\n') } })
  meeting.type(ann, 'b.txt', 'walrus\n', 'one\n')
  await meeting.commitAndAnnounce(ann, ['b.txt'])
  await meeting.settle()
  return meeting.faults(['walrus'])
}

/** A file that was staged in part is renamed outside, and once more. */
async function stagedInPartThenRenamed(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': 'walrus\nbadger\n' })
  const [ann, ben] = meeting.peers as Two
  meeting.type(ann, 'a.txt', 'otter\n', 'walrus\n')
  meeting.type(ann, 'a.txt', 'marten\n')
  const text = 'walrus\nbadger\nmarten\n'
  meeting.upstream.push(ann, await meeting.commitAndAnnounce(ann, [], { staged: { 'a.txt': text } }))
  for (const [from, to] of [
    ['a.txt', 'b.txt'],
    ['b.txt', 'c.txt'],
  ] as const) {
    meeting.commitUpstream({ [from]: undefined, [to]: text })
    await meeting.pull(ben)
  }
  await meeting.settle()
  if (ann.room.files.paths.join() !== 'c.txt') meeting.seen.push(`paths: ${ann.room.files.paths.join()}`)
  return meeting.faults(['walrus', 'badger', 'otter', 'marten'])
}

/** Two files claim one path, and only the one that is shown beside it is committed. */
async function onlyTheOneBeside(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  ann.room.files.create('new.txt', { text: 'walrus\n' })
  ben.room.files.create('new.txt', { text: 'badger\n' })
  await meeting.settle()
  const beside = ann.room.files.paths.find((path) => path.includes('~'))!
  await meeting.commitAndAnnounce(ann, [beside])
  await meeting.settle()
  if (!ben.room.commits.isNamed(ann.room.commits.heads()[0]!.commit)) meeting.seen.push('void: the commit')
  await meeting.commitAndAnnounce(ben, ['new.txt'])
  await meeting.settle()
  return meeting.faults(['walrus', 'badger'])
}

/** Of two files that claim one path somebody outside deletes the one that lies there, and later types into the one beside it. */
async function onlyTheOneBesideIsLeft(seed: number): Promise<readonly string[]> {
  return leftBeside(seed, false)
}

/** The same, and the file that is left was staged in part. */
async function inPartBesideIsLeft(seed: number): Promise<readonly string[]> {
  return leftBeside(seed, true)
}

async function leftBeside(seed: number, isInPart: boolean): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  ann.room.files.create('new.txt', { text: 'walrus\n' })
  ben.room.files.create('new.txt', { text: 'badger\n' })
  await meeting.settle()
  const beside = ann.room.files.paths.find((path) => path.includes('~'))!
  let text = ann.room.files.text(beside)!
  let commit = await meeting.commitAndAnnounce(ann, ['new.txt', beside])
  const kept = ['otter', text.trim()]
  if (isInPart) {
    meeting.type(ann, beside, 'weasel\n')
    meeting.type(ann, beside, 'lynx\n')
    text += 'lynx\n'
    kept.push('weasel', 'lynx')
    commit = await meeting.commitAndAnnounce(ann, [], { staged: { [beside]: text } })
  }
  meeting.upstream.push(ann, commit)
  meeting.commitUpstream({ 'new.txt': undefined })
  await meeting.pull(ben)
  await meeting.settle()
  if (ann.room.files.paths.join() !== `a.txt,${beside}`) meeting.seen.push(`paths: ${ann.room.files.paths.join()}`)
  meeting.commitUpstream({ [beside]: `otter\n${text}` })
  await meeting.pull(ben)
  await meeting.settle()
  return meeting.faults(kept)
}

/** Two files at one path are equal, so that one of them is shown; both are committed, and somebody outside types into the path. */
async function typedIntoOneOfTwoEqual(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  for (const peer of [ann, ben]) {
    peer.room.files.create('new.txt', { text: 'walrus\n' })
    await meeting.commitAndAnnounce(peer, ['new.txt'])
  }
  await meeting.settle()
  await meeting.world.wait(ann.room.commits.merge())
  await meeting.settle()
  meeting.upstream.push(ann, ann.room.commits.heads()[0]!.commit)
  meeting.commitUpstream({ 'new.txt': 'walrus\nbadger\n' })
  await meeting.pull(ben)
  await meeting.settle()
  if (ann.room.files.paths.join() !== 'a.txt,new.txt') meeting.seen.push(`paths: ${ann.room.files.paths.join()}`)
  return meeting.faults(['walrus', 'badger'])
}

/** Two files at one path are equal, and one of those who made them types into the path, commits it, and another removes it. */
async function typedHereIntoOneOfTwoEqual(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  for (const peer of [ann, ben]) {
    for (const path of ['new.txt', 'old.txt']) peer.room.files.create(path, { text: `walrus of ${path}\n` })
    await meeting.commitAndAnnounce(peer, ['new.txt', 'old.txt'])
  }
  await meeting.settle()
  await meeting.world.wait(ann.room.commits.merge())
  await meeting.settle()
  meeting.type(ben, 'new.txt', 'badger\n')
  ben.room.files.remove('old.txt')
  const made = await meeting.commit(ben, ['new.txt', 'old.txt'])
  await meeting.announce(ben, made).catch((error: unknown) => meeting.seen.push(`refused: ${messageOf(error)}`))
  await meeting.settle()
  if (meeting.seen.length) return meeting.seen
  const named = ann.room.engines.history.layoutOf(ann.room.commits.anchor(made.commit)!)
  for (const paths of [ann.room.files.paths, [...named.shownPaths]])
    if (paths.join() !== 'a.txt,new.txt' && paths.join() !== 'new.txt') meeting.seen.push(`paths: ${paths.join()}`)
  return meeting.faults(['walrus of new.txt', 'badger'], ['walrus of old.txt'])
}

/** A file was renamed outside and is staged; before its commit is written others' operations come. */
async function renamedOutside(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  const parent = await meeting.commitAndAnnounce(ann, ['a.txt'])
  meeting.type(ben, 'a.txt', 'otter\n', 'three\n')
  meeting.type(ann, 'a.txt', 'badger\n', 'six\n')
  meeting.commitUpstream({ 'a.txt': undefined, 'b.txt': lines })
  await meeting.pull(ann)
  ann.disk.faults = { ...ann.disk.faults, meanFlushMs: 10_000 }
  const meanwhile = (): void => meeting.world.network.heal()
  const made = await meeting.commit(ann, ['a.txt', 'b.txt'], { parents: [parent], isStock: true, meanwhile })
  await meeting.announce(ann, made)
  await meeting.settle()
  return meeting.faults(['walrus', 'badger', 'otter'])
}

/** A new file is renamed by another after it was staged, and before its commit is written. */
async function renamedWhileCommitted(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  ben.room.files.create('new.txt', { text: 'walrus\nweasel\n' })
  await meeting.settle()
  meeting.part(ann)
  meeting.type(ann, 'new.txt', 'otter\n', 'walrus\n')
  ben.room.files.move('new.txt', 'moved.txt')
  ann.disk.faults = { ...ann.disk.faults, meanFlushMs: 10_000 }
  const meanwhile = (): void => meeting.world.network.heal()
  const made = await meeting.commit(ann, ['new.txt'], { isStock: true, meanwhile })
  await meeting.announce(ann, made)
  await meeting.settle()
  return meeting.faults(['walrus', 'weasel', 'otter'])
}

/**
 * A file that an adopted commit deletes lives on by what was typed into it, and is staged; before its commit is written the author of the
 * adopted one is back, with a state of it that the staged one does not know.
 */
async function revivedWhileCommitted(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines, 'b.txt': 'walrus\nweasel\n' })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  meeting.type(ann, 'b.txt', 'badger\n', 'weasel\n')
  ann.room.files.remove('b.txt')
  const deleted = await meeting.commitAndAnnounce(ann, ['b.txt'])
  meeting.type(ben, 'b.txt', 'otter\n', 'walrus\n')
  await adopt(meeting, ann, deleted, ben)
  ben.disk.faults = { ...ben.disk.faults, meanFlushMs: 10_000 }
  const meanwhile = (): void => meeting.world.network.heal()
  const made = await meeting.commit(ben, ['b.txt'], { isStock: true, meanwhile })
  if (made.named.partial.size) meeting.seen.push('partial: what was staged whole')
  await meeting.announce(ben, made)
  await meeting.settle()
  return meeting.faults(['walrus', 'weasel', 'otter'])
}

/** What a tree stands for is asked while somebody types beside words that have just come, and nothing of it is sealed yet. */
async function askedWhileTyping(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.type(ben, 'a.txt', 'walrus\n', 'one\n')
  meeting.type(ann, 'a.txt', 'badger\n', 'six\n')
  await meeting.settle()
  meeting.commitUpstream({ 'a.txt': 'otter\n' })
  const tip = await meeting.world.wait(meeting.upstream.fetch(ann))
  const { tree } = ann.room.engines.history.graph.node(tip)
  ann.disk.faults = { ...ann.disk.faults, meanFlushMs: 10_000 }
  meeting.type(ann, 'a.txt', 'weasel\n', 'three\n')
  await meeting.pass(1)
  meeting.type(ben, 'a.txt', 'lynx\n', 'walrus\n')
  if (!(await meeting.world.until(() => ann.room.files.text('a.txt')!.includes('lynx'), 5000)))
    meeting.seen.push('late')
  meeting.type(ann, 'a.txt', 'marten\n', 'lynx\n')
  const states = await meeting.world
    .wait(ann.room.commits.statesOf(tree, [meeting.world.base], new Map(), 'nothing'))
    .catch((error: unknown) => void meeting.seen.push(`throws: ${messageOf(error)}`))
  if (states && !states.named.partial.size) meeting.seen.push('named: what no state holds')
  await meeting.settle()
  return meeting.faults(['walrus', 'badger', 'weasel', 'lynx', 'marten'])
}

/** A commit of stock Git is adopted by somebody who has nothing of its author, and told to others who have the author's words. */
async function adoptedWhereItsWordsAre(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben', 'cas'], { 'a.txt': lines })
  const [ann, ben, cas] = meeting.peers as Three
  meeting.part(cas)
  meeting.type(ann, 'a.txt', 'walrus\n', 'three\n')
  const made = await meeting.commit(ann, ['a.txt'], { isStock: true })
  await meeting.pass(60_000)
  meeting.part(ann)
  meeting.type(ben, 'a.txt', 'otter\n', 'one\n')
  await adopt(meeting, ann, made.commit, cas)
  meeting.world.network.heal()
  meeting.part(ann)
  return toldThenAnnounced(meeting, made)
}

/** A commit of stock Git under an e-mail that the room does not know is pulled by somebody who has its words, before it is announced. */
async function pulledUnderAnotherName(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines, 'b.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.type(ann, 'a.txt', 'walrus\n', 'three\n')
  const made = await meeting.commit(ann, ['a.txt'], { isStock: true, email: 'ann@work.example' })
  meeting.upstream.push(ann, made.commit)
  await meeting.settle()
  meeting.part(ann)
  await meeting.pull(ben)
  return toldThenAnnounced(meeting, made)
}

/** The same, and the words come after the commit. */
async function pulledBeforeItsWords(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines, 'b.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  meeting.type(ann, 'a.txt', 'walrus\n', 'three\n')
  const made = await meeting.commit(ann, ['a.txt'], { isStock: true, email: 'ann@work.example' })
  meeting.upstream.push(ann, made.commit)
  await meeting.pull(ben)
  await meeting.pass(1000)
  meeting.watch(ben, 'walrus')
  await meeting.settle()
  meeting.part(ann)
  return toldThenAnnounced(meeting, made)
}

/** Somebody outside types the word that others type here, at another place, and they have gone on since. */
async function pulledBesideTheSameWord(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.type(ann, 'a.txt', 'walrus\n', 'three\n')
  await meeting.settle()
  meeting.commitUpstream({ 'a.txt': `walrus\n${lines}` })
  await meeting.pass(600_000)
  for (const word of ['otter\n', 'lynx\n']) {
    meeting.type(ben, 'a.txt', word, 'walrus\n')
    await meeting.settle()
  }
  await meeting.pull(ann)
  await meeting.settle()
  if (!ann.room.files.text('a.txt')!.includes('three\nwalrus\nlynx\notter\n')) meeting.seen.push('moved: walrus')
  return meeting.faults(['otter', 'lynx'])
}

/** A word is in a commit of plain git by somebody whose clock is half a minute behind that of who typed it, and has typed on. */
async function committedByASlowClock(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  ben.clock.jump(ann.clock.now() - ben.clock.now() + 30_000)
  meeting.type(ben, 'a.txt', 'walrus\n', 'three\n')
  await meeting.settle()
  const made = await meeting.commit(ann, ['a.txt'], { isStock: true, email: 'ann@work.example' })
  meeting.upstream.push(ann, made.commit)
  meeting.part(ann)
  await meeting.pass(2000)
  meeting.type(ben, 'a.txt', 'otter\n', 'one\n')
  await meeting.pull(ben)
  await meeting.pass(1000)
  await meeting.commitAndAnnounce(ben, ['a.txt'])
  await meeting.announce(ann, made)
  await meeting.settle()
  return meeting.faults(['walrus', 'otter'])
}

/** A commit of stock Git with a file that was staged in part is adopted where its words are; others commit upon it before it is announced. */
async function adoptedInPart(seed: number): Promise<readonly string[]> {
  const { meeting, ann, ben, made, inPart } = await stockAdoptedInPart(seed)
  meeting.commitUpstream({ 'a.txt': `${inPart}otter\n` }, [made.commit])
  await meeting.pull(ben)
  await meeting.announce(ann, made)
  await meeting.settle()
  meeting.type(ben, 'a.txt', 'lynx\n', 'six\n')
  await meeting.commitAndAnnounce(ben, ['a.txt'])
  await meeting.settle()
  return meeting.faults(['walrus', 'badger', 'otter', 'lynx'])
}

async function stockAdoptedInPart(seed: number) {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  meeting.type(ann, 'a.txt', 'badger\n', 'three\n')
  await meeting.settle()
  const inPart = lines.replace('three\n', 'three\nbadger\n')
  const made = await meeting.commit(ann, [], { staged: { 'a.txt': inPart }, isStock: true })
  meeting.part(ann)
  await adopt(meeting, ann, made.commit, ben)
  return { meeting, ann, ben, made, inPart }
}

/** The same, and who has adopted it commits all that is shown. */
async function adoptedInPartThenCommitted(seed: number): Promise<readonly string[]> {
  const { meeting, ann, ben, made } = await stockAdoptedInPart(seed)
  meeting.type(ben, 'a.txt', 'lynx\n', 'six\n')
  await meeting.commitAndAnnounce(ben, ['a.txt'])
  await meeting.announce(ann, made)
  await meeting.settle()
  return meeting.faults(['walrus', 'badger', 'lynx'])
}

/** The same, and he has deleted one of the two copies: the other one stays. */
async function adoptedInPartAndDeleted(seed: number): Promise<readonly string[]> {
  const { meeting, ann, ben, made } = await stockAdoptedInPart(seed)
  eraseOne(ben, 'badger\n', seed)
  await meeting.commitAndAnnounce(ben, ['a.txt'])
  await meeting.announce(ann, made)
  await meeting.settle()
  return meeting.faults(['walrus', 'badger'])
}

/** Deletes one of two copies of a text, which one depends on the seed. */
function eraseOne({ room: { files } }: SimPeer, copy: string, seed: number): void {
  const text = files.text('a.txt')!
  const at = seed % 2 ? text.indexOf(copy) : text.lastIndexOf(copy)
  files.edit('a.txt', [{ at, remove: copy.length, insert: '' }])
}

/** A commit of stock Git is adopted where one of its two words is known, and all that is shown is committed. */
async function stockHalfKnown(seed: number): Promise<readonly string[]> {
  const { meeting, ann, ben, made } = await adoptedStockHalfKnown(seed)
  meeting.type(ben, 'a.txt', 'lynx\n', 'six\n')
  await meeting.commitAndAnnounce(ben, ['a.txt'])
  await meeting.announce(ann, made)
  await meeting.settle()
  return meeting.faults(['walrus', 'badger', 'lynx'])
}

async function adoptedStockHalfKnown(seed: number) {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  await meeting.settle()
  meeting.part(ann)
  meeting.type(ann, 'a.txt', 'badger\n', 'three\n')
  const made = await meeting.commit(ann, ['a.txt'], { isStock: true })
  await adopt(meeting, ann, made.commit, ben)
  return { meeting, ann, ben, made }
}

/** The same, and one of the two copies is deleted by hand: the other one stays. */
async function stockHalfKnownAndDeleted(seed: number): Promise<readonly string[]> {
  const { meeting, ann, ben, made } = await oneCopyDeleted(seed)
  meeting.type(ben, 'a.txt', 'lynx\n', 'six\n')
  await meeting.commitAndAnnounce(ben, ['a.txt'])
  await meeting.announce(ann, made)
  await meeting.settle()
  return meeting.faults(['walrus', 'lynx'])
}

async function oneCopyDeleted(seed: number) {
  const half = await adoptedStockHalfKnown(seed)
  eraseOne(half.ben, 'walrus\n', seed)
  return half
}

/** The same, and it is not committed; later on the word is deleted for good. */
async function oneCopyDeletedThenBoth(seed: number): Promise<readonly string[]> {
  const { meeting, ann, ben, made } = await oneCopyDeleted(seed)
  await meeting.announce(ann, made)
  await meeting.settle()
  const faults = meeting.faults(['walrus'])
  meeting.erase(ben, 'a.txt', 'walrus\n')
  await meeting.settle()
  return [...faults, ...meeting.faults([], ['walrus'])]
}

/** Somebody deletes a word of which he has seen one copy, while others have two. */
async function wordDeletedBesideItsCopy(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben', 'cas'], { 'a.txt': lines })
  const [ann, ben, cas] = meeting.peers as Three
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  await meeting.settle()
  meeting.part(ann)
  meeting.part(cas)
  meeting.type(ann, 'a.txt', 'badger\n', 'three\n')
  const made = await meeting.commit(ann, ['a.txt'], { isStock: true })
  await adopt(meeting, ann, made.commit, ben)
  meeting.erase(cas, 'a.txt', 'walrus\n')
  await meeting.announce(ann, made)
  await meeting.settle()
  return meeting.faults(['badger'], ['walrus'])
}

/** Two words are in a commit of plain git by somebody whose clock is half an hour ahead of that of who has typed the other one, and a lot since. */
async function committedByAFastClock(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  ann.clock.jump(ben.clock.now() - ann.clock.now() + 1_800_000)
  meeting.type(ann, 'a.txt', 'walrus\n', 'three\n')
  await meeting.settle()
  meeting.type(ben, 'a.txt', 'otter\n', 'five\n')
  await meeting.settle()
  const made = await meeting.commit(ann, ['a.txt'], { isStock: true, email: 'ann@work.example' })
  meeting.upstream.push(ann, made.commit)
  meeting.part(ann)
  for (let word = 0; word < 20; word++) {
    await meeting.pass(1000)
    meeting.type(ben, 'a.txt', `lynx${word}\n`, 'one\n')
  }
  await meeting.pull(ben)
  meeting.watch(ben, 'otter')
  await meeting.pass(1000)
  await meeting.commitAndAnnounce(ben, ['a.txt'])
  await meeting.announce(ann, made)
  await meeting.settle()
  return meeting.faults(['walrus', 'otter', 'lynx19'])
}

/** Others type on and commit all that they see, before the author of a commit that was told as from outside announces it. */
async function toldThenAnnounced(meeting: Gathering, made: SimCommit): Promise<readonly string[]> {
  const [ann, ben] = meeting.peers as Two
  meeting.watch(ben, 'walrus')
  await meeting.pass(120_000)
  meeting.type(ben, 'a.txt', 'lynx\n', 'walrus\n')
  await meeting.commitAndAnnounce(ben, ['a.txt'])
  await meeting.announce(ann, made)
  await meeting.settle()
  return meeting.faults(['walrus', 'lynx'])
}

/** What was typed in the room is committed by stock Git, under an e-mail that the room does not know. */
async function underAnotherName(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  await meeting.announce(ann, await meeting.commit(ann, ['a.txt'], { isStock: true, email: 'ann@work.example' }))
  await meeting.settle()
  meeting.type(ben, 'a.txt', 'otter\n', 'walrus\n')
  await meeting.settle()
  return meeting.faults(['walrus', 'otter'])
}

/** Two files claim one path, and both are committed after both were changed: what is staged at the path is of the other file. */
async function bothOfOnePath(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  ann.room.files.create('new.txt', { text: 'walrus\n' })
  await meeting.commitAndAnnounce(ann, ['new.txt'])
  ben.room.files.create('new.txt', { text: 'badger\n' })
  await meeting.settle()
  const beside = ann.room.files.paths.find((path) => path.includes('~'))!
  for (const path of [beside, 'new.txt']) meeting.type(ben, path, `${path === beside ? 'otter' : 'weasel'}\n`)
  await meeting.settle()
  for (const path of [beside, 'new.txt']) meeting.type(ann, path, `${path === beside ? 'marten' : 'lemur'}\n`)
  await meeting.commitAndAnnounce(ann, [beside, 'new.txt'])
  await meeting.settle()
  return meeting.faults(['walrus', 'badger', 'otter', 'weasel', 'marten', 'lemur'])
}

/** Heads in conflict are merged by hand into a tree that lacks a file which one of them has brought. */
async function mergedWithoutOne(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  ann.room.files.create('new.txt', { text: 'walrus\n' })
  meeting.type(ann, 'a.txt', 'badger\n', 'three\n')
  const left = await meeting.commitAndAnnounce(ann, ['a.txt', 'new.txt'])
  meeting.type(ben, 'a.txt', 'otter\n', 'three\n')
  const right = await meeting.commitAndAnnounce(ben, ['a.txt'])
  await meeting.settle()
  await meeting.commitAndAnnounce(ann, ['a.txt'], { parents: [right, left] })
  await meeting.settle()
  return meeting.faults(['walrus', 'badger', 'otter'])
}

/** Somebody types while others' entries wait for Git objects, and is still writing when these come. */
async function typedBeforeObjectsCame(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  meeting.commitUpstream({ 'b.txt': 'badger\n' })
  await meeting.pull(ben)
  meeting.type(ben, 'a.txt', 'otter\n', 'one\n')
  const { faults } = ann.disk
  ann.disk.faults = { ...faults, meanFlushMs: 20_000 }
  meeting.type(ann, 'a.txt', 'weasel\n', 'six\n')
  await meeting.pass(1)
  ann.disk.faults = faults
  meeting.world.network.heal()
  if (!(await meeting.world.until(() => ann.room.waitingEntries > 0))) meeting.seen.push('nothing waits')
  let words = 0
  const typesOn = (): boolean => {
    if (ann.room.waitingEntries === 0) return false
    meeting.type(ann, 'a.txt', `walrus${words++}\n`, 'one\n')
    return true
  }
  await meeting.world.until(() => !typesOn())
  await meeting.settle()
  return meeting.faults(['walrus0', 'weasel', 'otter', 'badger'])
}

/** A commit of stock Git is pushed, its author's machine fails, and is heard again before it has announced the commit. */
async function announcedAfterRestart(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  meeting.type(ann, 'a.txt', 'badger\n', 'three\n')
  // In part: no state explains it, so that nobody but its author can say what it is.
  const staged = { 'a.txt': lines.replace('three\n', 'three\nbadger\n') }
  const made = await meeting.commit(ann, [], { staged, isStock: true })
  meeting.upstream.push(ann, made.commit)
  ann.kill()
  await meeting.pull(ben)
  await meeting.pass(60_000)
  await ann.open()
  meeting.type(ann, 'a.txt', 'otter\n', 'six\n')
  await meeting.settle()
  await meeting.announce(ann, made)
  await meeting.settle()
  const states = ben.room.engines.views.live().anchorsOf(made.commit)
  if (states.length !== 1) meeting.seen.push(`named: ${states.length} times`)
  return meeting.faults(['walrus', 'badger', 'otter'])
}

/** A file is deleted, and another one made where it was: one commit holds both. */
async function replacedByAnother(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  ann.room.files.create('new.txt', { text: 'walrus\n' })
  await meeting.commitAndAnnounce(ann, ['new.txt'])
  await meeting.settle()
  ben.room.files.remove('new.txt')
  ben.room.files.create('new.txt', { text: 'badger\n' })
  await meeting
    .commitAndAnnounce(ben, ['new.txt'])
    .catch((error: unknown) => meeting.seen.push(`refused: ${messageOf(error)}`))
  await meeting.settle()
  meeting.type(ann, 'new.txt', 'otter\n', 'badger\n')
  await meeting.settle()
  return meeting.faults(['badger', 'otter'], ['walrus'])
}

/** What its author was told is durable is there after a power cut. */
async function powerCut(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann] = meeting.peers as Two
  ann.disk.faults = { ...ann.disk.faults, meanFlushMs: 1000 }
  meeting.part(ann)
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  await meeting.world.wait(ann.room.flush())
  ann.cutPower()
  await ann.open()
  await meeting.settle()
  return meeting.faults(['walrus'])
}

/** The power goes while the first entry of a run is being flushed, and the next run goes on where that one did. */
async function powerCutWhileFlushed(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann] = meeting.peers as Two
  await ann.stop()
  await ann.open()
  await meeting.settle()
  const { faults } = ann.disk
  ann.disk.faults = { ...faults, meanFlushMs: 60_000 }
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  await meeting.pass(2000)
  ann.cutPower()
  ann.disk.faults = faults
  await ann.open()
  meeting.type(ann, 'a.txt', 'otter\n', 'six\n')
  await meeting.settle()
  return meeting.faults(['otter'])
}

/** Two write the whole file at once, each with a word of its own. */
async function wholeFiles(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': 'walrus  badger  otter\n' })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  ann.room.files.write('a.txt', 'weasel walrus badger otter\n')
  ben.room.files.write('a.txt', 'walrus badger otter marten\n')
  await meeting.settle()
  return meeting.faults(['walrus', 'badger', 'otter', 'weasel', 'marten'])
}

/** Somebody moves a word in a file that it has read before others made it part of a longer one. */
async function movedInAnOldReading(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': 'one\notter\nwalrus\nfour\nfive six seven\n' })
  const [ann, ben] = meeting.peers as Two
  const { value, state } = ann.room.files.capture('a.txt')!
  const at = value.text.indexOf('walrus')
  ben.room.files.edit('a.txt', [
    { at: at - 1, remove: 1, insert: 'lynx' },
    { at: at + 'walrus'.length, remove: 0, insert: 'lemur' },
  ])
  await meeting.settle()
  ann.room.files.write('a.txt', value.text.replace('walrus\n', '').concat('walrus\n'), value.text, state)
  await meeting.settle()
  return meeting.faults(['one', 'otter', 'lynx', 'walrus', 'lemur', 'four', 'seven'])
}

/** A commit that brings a file is adopted without the entries of its author, who then comes back and types into the file. */
async function createdAndAdopted(seed: number): Promise<readonly string[]> {
  return adoptedWithNew(seed, {})
}

/** The same with two files and by stock Git: nobody but the author can tell which is which. */
async function createdAndAdoptedFromOutside(seed: number): Promise<readonly string[]> {
  return adoptedWithNew(seed, { 'other.txt': 'marten\n' }, true)
}

async function adoptedWithNew(
  seed: number,
  others: Readonly<Record<string, string>>,
  isStock = false,
): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  const files = { 'new.txt': 'walrus\nweasel\n', ...others }
  for (const [path, text] of Object.entries(files)) ann.room.files.create(path, { text })
  await adopt(meeting, ann, await meeting.commitAndAnnounce(ann, Object.keys(files), { isStock }), ben)
  meeting.type(ann, 'new.txt', 'otter\n', 'walrus\n')
  await meeting.settle()
  meeting.type(ben, 'new.txt', 'badger\n', 'weasel\n')
  await meeting.settle()
  return meeting.faults(['walrus', 'weasel', 'otter', 'badger', ...Object.values(others).map((text) => text.trim())])
}

/** Who adopts a commit that renames and changes one file, or brings one, types into it before the author is back. */
async function typedAfterAdopting(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines, 'c.txt': lines.replace('one', 'moose') })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  ann.room.files.move('a.txt', 'b.txt')
  meeting.type(ann, 'b.txt', 'walrus\n', 'one\n')
  const renamed = await meeting.commitAndAnnounce(ann, ['a.txt', 'b.txt'])
  ann.room.files.create('new.txt', { text: 'weasel\nlynx\n' })
  meeting.type(ann, 'c.txt', 'marten\n', 'moose\n')
  const created = await meeting.commitAndAnnounce(ann, ['c.txt', 'new.txt'])
  for (const commit of [renamed, created]) {
    await adopt(meeting, ann, commit, ben)
  }
  meeting.type(ben, 'b.txt', 'badger\n', 'three\n')
  meeting.type(ben, 'new.txt', 'otter\n', 'lynx\n')
  meeting.type(ann, 'new.txt', 'beaver\n', 'weasel\n')
  await meeting.settle()
  return meeting.faults(['walrus', 'badger', 'weasel', 'lynx', 'otter', 'beaver', 'marten', 'moose'])
}

/** A commit that renames and changes two files is adopted; others type into both before its author comes back. */
async function twoRenamedAndAdopted(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines, 'c.txt': 'hare\nlynx\nmoose\nstoat\n' })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  ann.room.files.move('a.txt', 'b.txt')
  ann.room.files.move('c.txt', 'd.txt')
  meeting.type(ann, 'b.txt', 'weasel\n', 'one\n')
  meeting.type(ann, 'd.txt', 'otter\n', 'moose\n')
  const commit = await meeting.commitAndAnnounce(ann, ['a.txt', 'b.txt', 'c.txt', 'd.txt'])
  await adopt(meeting, ann, commit, ben)
  meeting.type(ben, 'b.txt', 'walrus\n', 'three\n')
  meeting.type(ben, 'd.txt', 'badger\n', 'lynx\n')
  await meeting.commitAndAnnounce(ben, ['b.txt', 'd.txt'])
  await meeting.settle()
  if (ann.room.files.paths.join() !== 'b.txt,d.txt') meeting.seen.push(`paths: ${ann.room.files.paths.join()}`)
  return meeting.faults(['weasel', 'otter', 'walrus', 'badger', 'hare', 'lynx', 'four'])
}

/**
 * A commit that brings two files, and rewrites two that it renames, is adopted; others type into all of them, and commit half of that, before its
 * author is back, who has typed on.
 */
async function severalAdopted(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines, 'c.txt': 'hare\nmoose\n' })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  const made = { 'b.txt': 'weasel\n', 'd.txt': 'otter\n', 'e.txt': 'walrus\n', 'f.txt': 'badger\n' }
  ann.room.files.move('a.txt', 'b.txt')
  ann.room.files.move('c.txt', 'd.txt')
  for (const path of ['e.txt', 'f.txt']) ann.room.files.create(path, { text: '' })
  for (const [path, text] of Object.entries(made)) ann.room.files.write(path, text)
  const paths = Object.keys(made)
  await adopt(meeting, ann, await meeting.commitAndAnnounce(ann, ['a.txt', 'c.txt', ...paths]), ben)
  const words = (peer: SimPeer): readonly string[] => paths.map((path) => `lynx of ${peer.name} in ${path}`)
  for (const peer of [ann, ben])
    for (const [at, path] of paths.entries()) meeting.type(peer, path, `${words(peer)[at]}\n`)
  await meeting.commitAndAnnounce(ben, ['b.txt', 'e.txt'])
  await meeting.settle()
  if (ann.room.files.paths.join() !== paths.join()) meeting.seen.push(`paths: ${ann.room.files.paths.join()}`)
  return meeting.faults(['weasel', 'otter', 'walrus', 'badger', ...words(ann), ...words(ben)])
}

/** Somebody outside renames and changes a file into which others type meanwhile, and whose commits hold it where it was. */
async function renamedAndChangedOutside(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  await meeting.commitAndAnnounce(ann, ['a.txt'])
  meeting.commitUpstream({ 'a.txt': undefined, 'b.txt': `${lines}otter\n` })
  await meeting.pull(ben)
  meeting.type(ben, 'b.txt', 'badger\n', 'four\n')
  await meeting.settle()
  if (ann.room.files.paths.join() !== 'b.txt') meeting.seen.push(`paths: ${ann.room.files.paths.join()}`)
  return meeting.faults(['walrus', 'otter', 'badger', 'three'])
}

/** On an adopted commit that renames and changes two files a commit from outside is built, which both pull before they meet. */
async function pulledOnAdopted(seed: number): Promise<readonly string[]> {
  return pulledOn(seed, false)
}

/** The same, and the adopted commit is one of stock Git: nothing tells its files from each other until its author is back. */
async function pulledOnAdoptedFromOutside(seed: number): Promise<readonly string[]> {
  return pulledOn(seed, true)
}

async function pulledOn(seed: number, isStock: boolean): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines, 'c.txt': 'walrus\nlynx\n' })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  ann.room.files.move('a.txt', 'b.txt')
  ann.room.files.move('c.txt', 'd.txt')
  // So much that nobody would take them for the files that they were.
  const birds = 'gannet puffin petrel fulmar skua tern gull heron egret\n'
  meeting.type(ann, 'b.txt', `weasel\n${birds}`, 'one\n')
  meeting.type(ann, 'd.txt', `otter\n${birds}`, 'walrus\n')
  const commit = await meeting.commitAndAnnounce(ann, ['a.txt', 'b.txt', 'c.txt', 'd.txt'], { isStock })
  meeting.upstream.push(ann, commit)
  const text = `walrus\notter\n${birds}badger\nlynx\n`
  meeting.commitUpstream({ 'd.txt': text })
  await meeting.pull(ann)
  await meeting.pull(ben)
  await meeting.world.wait(ben.room.commits.adopt())
  meeting.type(ann, 'd.txt', 'marten\n', 'lynx\n')
  await meeting.settle()
  return meeting.faults(['walrus', 'lynx', 'weasel', 'otter', 'badger', 'marten'])
}

/** A file is renamed and changed by a commit of stock Git, which others adopt before its author announces it. */
async function renamedAndAdopted(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben'], { 'a.txt': lines })
  const [ann, ben] = meeting.peers as Two
  meeting.part(ann)
  ann.room.files.move('a.txt', 'b.txt')
  meeting.type(ann, 'b.txt', 'walrus\n', 'one\n')
  const made = await meeting.commit(ann, ['a.txt', 'b.txt'], { isStock: true })
  await adopt(meeting, ann, made.commit, ben)
  await meeting.announce(ann, made)
  meeting.type(ann, 'b.txt', 'otter\n', 'six\n')
  await meeting.settle()
  meeting.type(ben, 'b.txt', 'badger\n', 'three\n')
  await meeting.settle()
  return meeting.faults(['walrus', 'otter', 'badger', 'four'])
}

/** Each apart from the other types a word between two of the commit below and commits: both blobs hold all three. */
async function commitBetween(
  meeting: Gathering,
  left: SimPeer,
  right: SimPeer,
  behind = 'ox\n',
): Promise<readonly string[]> {
  meeting.part(left)
  for (const [peer, word, place] of [
    [left, 'wolverine\n', 'ox\n'],
    [right, 'porcupine\n', behind],
  ] as const) {
    meeting.type(peer, 'a.txt', word, place)
    await meeting.commitAndAnnounce(peer, ['a.txt'])
  }
  await meeting.settle()
  return meeting.faults(['ox', 'lynx', 'wolverine', 'porcupine'])
}

/** Two have the state that its author named for a commit, and build on it; a third, who was away, has adopted it. */
async function builtOnTheAuthorsState(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben', 'cas'], { 'a.txt': lines })
  const [ann, ben, cas] = meeting.peers as Three
  meeting.part(ben)
  meeting.type(ann, 'a.txt', 'ox\nlynx\n', 'three\n')
  const commit = await meeting.commitAndAnnounce(ann, ['a.txt'])
  await meeting.pass(600_000)
  await adopt(meeting, ann, commit, ben)
  return commitBetween(meeting, ann, cas)
}

/** Two have adopted a commit, because its author is away, and build on what they have typed for it. */
async function builtOnTheAdoptedState(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben', 'cas'], { 'a.txt': lines })
  const [ann, ben, cas] = meeting.peers as Three
  meeting.part(ann)
  await meeting.pass(600_000)
  meeting.type(ann, 'a.txt', 'ox\nlynx\n', 'three\n')
  const commit = await meeting.commitAndAnnounce(ann, ['a.txt'])
  for (const peer of [ben, cas]) await adopt(meeting, ann, commit, peer)
  await meeting.pass(10_000)
  return commitBetween(meeting, ben, cas)
}

/** The author of a commit builds on its own state of it, and who has adopted it on the other; both then go on from what is joined. */
async function builtOnEitherState(seed: number): Promise<readonly string[]> {
  const { meeting, ann, ben } = await adopted(seed, 'ox\nlynx\n')
  await commitBetween(meeting, ann, ben, 'lynx\n')
  meeting.part(ann)
  meeting.type(ann, 'a.txt', 'badger\n', 'ox\n')
  meeting.type(ben, 'a.txt', 'otter\n', 'lynx\n')
  for (const peer of [ann, ben]) await meeting.commitAndAnnounce(peer, ['a.txt'])
  await meeting.settle()
  return meeting.faults(['ox', 'lynx', 'wolverine', 'porcupine', 'badger', 'otter'])
}

/** Two adopt a commit of which each knows another part, and so type it differently; both build on that, and its author on its own state. */
async function builtOnThreeStates(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben', 'cas'], { 'a.txt': lines })
  const [ann, ben, cas] = meeting.peers as Three
  meeting.part(cas)
  meeting.type(ann, 'a.txt', 'ox\n', 'three\n')
  await meeting.pass(60_000)
  for (const peer of meeting.peers) meeting.part(peer)
  await meeting.pass(600_000)
  meeting.type(ann, 'a.txt', 'lynx\n', 'ox\n')
  const commit = await meeting.commitAndAnnounce(ann, ['a.txt'])
  for (const peer of [ben, cas]) await adopt(meeting, ann, commit, peer)
  await commitBetween(meeting, ben, cas)
  meeting.type(ann, 'a.txt', 'otter\n', 'lynx\n')
  await meeting.commitAndAnnounce(ann, ['a.txt'])
  await meeting.settle()
  return meeting.faults(['ox', 'lynx', 'wolverine', 'porcupine', 'otter'])
}

/** What is brought back by those who had built on it is deleted by one of them at the same time. */
async function deletedWhileBroughtBack(seed: number): Promise<readonly string[]> {
  const { meeting, ann, ben } = await adopted(seed, 'ox\nlynx\n')
  meeting.type(ben, 'a.txt', 'otter\n', 'ox\n')
  await meeting.commitAndAnnounce(ben, ['a.txt'])
  meeting.erase(ben, 'a.txt', 'lynx\n')
  meeting.type(ann, 'a.txt', 'badger\n', 'six\n')
  await meeting.settle()
  return meeting.faults(['ox', 'otter', 'badger'], ['lynx'])
}

/** All feeds have one client number. Two type while they are apart, then into what the other has typed, beside a commit from outside. */
async function oneNumber(seed: number): Promise<readonly string[]> {
  const meeting = await Gathering.open(seed, ['ann', 'ben', 'cas'], { 'a.txt': lines }, { bits: 4 })
  const [ann, ben, cas] = meeting.peers as readonly [SimPeer, SimPeer, SimPeer]
  for (const peer of meeting.peers) meeting.part(peer)
  meeting.type(ann, 'a.txt', 'walrus\n', 'one\n')
  meeting.type(ann, 'a.txt', 'badger\n', 'walrus\n')
  meeting.type(ben, 'a.txt', 'weasel\n', 'one\n')
  await meeting.settle()
  for (const peer of meeting.peers) meeting.part(peer)
  meeting.type(ann, 'a.txt', 'otter\n', 'weasel\n')
  meeting.type(ben, 'a.txt', 'marten\n', 'walrus\n')
  meeting.erase(ben, 'a.txt', 'badger\n')
  meeting.commitUpstream({ 'a.txt': `${lines}stoat\n` })
  await meeting.pull(cas)
  meeting.type(cas, 'a.txt', 'hare\n', 'stoat\n')
  await meeting.settle()
  meeting.type(ben, 'a.txt', 'lynx\n', 'hare\n')
  await meeting.commitAndAnnounce(ben, ['a.txt'])
  await meeting.settle()
  return meeting.faults(['walrus', 'weasel', 'otter', 'marten', 'stoat', 'hare', 'lynx'], ['badger'])
}

/** Short scripted meetings, each of which leads to the situation that one rule is for. */
export const meetings = {
  oneFileOfTwo,
  stagedInPart,
  deletedBetweenHeads,
  pulledAhead,
  adoptedThenAnnounced,
  childrenOfTwoStates,
  shownOnTheWay,
  partialAdopted,
  adoptedAfterPartial,
  adoptedHalfKnown,
  partialMergedOutside,
  untouchedStagedInPart,
  stagedInPartThenRenamed,
  onlyTheOneBeside,
  onlyTheOneBesideIsLeft,
  inPartBesideIsLeft,
  typedIntoOneOfTwoEqual,
  typedHereIntoOneOfTwoEqual,
  renamedOutside,
  renamedWhileCommitted,
  revivedWhileCommitted,
  askedWhileTyping,
  underAnotherName,
  adoptedWhereItsWordsAre,
  adoptedInPart,
  adoptedInPartThenCommitted,
  adoptedInPartAndDeleted,
  stockHalfKnown,
  stockHalfKnownAndDeleted,
  oneCopyDeletedThenBoth,
  wordDeletedBesideItsCopy,
  pulledUnderAnotherName,
  pulledBeforeItsWords,
  pulledBesideTheSameWord,
  committedByASlowClock,
  committedByAFastClock,
  bothOfOnePath,
  mergedWithoutOne,
  typedBeforeObjectsCame,
  replacedByAnother,
  announcedAfterRestart,
  powerCut,
  powerCutWhileFlushed,
  wholeFiles,
  movedInAnOldReading,
  createdAndAdopted,
  createdAndAdoptedFromOutside,
  typedAfterAdopting,
  pulledOnAdopted,
  pulledOnAdoptedFromOutside,
  renamedAndAdopted,
  twoRenamedAndAdopted,
  severalAdopted,
  renamedAndChangedOutside,
  builtOnTheAuthorsState,
  builtOnTheAdoptedState,
  builtOnEitherState,
  builtOnThreeStates,
  deletedWhileBroughtBack,
  oneNumber,
} satisfies Readonly<Record<string, Meeting>>

export type MeetingName = keyof typeof meetings
