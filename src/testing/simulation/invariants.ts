import type { Room } from '../../room/room.ts'
import type { SimPeer } from '../sim-peer.ts'
import { shownPaths } from './author.ts'
import { wordsOf, type WordLedger } from './word-ledger.ts'

/** What a peer shows: per path mode and content. */
export function shownFiles(peer: SimPeer): ReadonlyMap<string, string> {
  const { files } = peer.room
  return new Map(
    shownPaths(peer).map((path) => {
      const { mode, blob, text } = files.at(path)
      return [path, `${mode.toString(8)} ${blob ?? text}`]
    }),
  )
}

/** Where peers that have exchanged everything still differ. */
export function differences(peers: readonly SimPeer[]): readonly string[] {
  const [first, ...others] = peers
  const faults: string[] = []
  const shown = shownFiles(first!)
  const heads = headsOf(first!.room)
  for (const peer of others) {
    const pair = `${peer.name} and ${first!.name}`
    if (peer.room.digest !== first!.room.digest) faults.push(`digest: ${pair} hold other entries`)
    if (headsOf(peer.room) !== heads) faults.push(`heads: ${pair} differ`)
    const other = shownFiles(peer)
    for (const path of new Set([...shown.keys(), ...other.keys()]))
      if (shown.get(path) !== other.get(path))
        faults.push(`text: ${pair} differ at ${path}: ${JSON.stringify([other.get(path), shown.get(path)])}`)
  }
  return faults
}

function headsOf(room: Room): string {
  return room.commits
    .heads()
    .map(({ commit, key }) => `${commit} ${key}`)
    .sort()
    .join()
}

/** Commits that wait although everything has come. */
export function leftovers(peers: readonly SimPeer[]): readonly string[] {
  const faults: string[] = []
  for (const { name, room } of peers)
    for (const { commit, reason } of room.commits.waiting)
      faults.push(`queue: commit ${commit.slice(0, 8)} waits at ${name}: ${reason}`)
  return faults
}

/** Words that are lost or doubled. `exempt` are authors whose words nobody vouches for. */
export function lostWords(peer: SimPeer, ledger: WordLedger, exempt: ReadonlySet<string>): readonly string[] {
  const counts = new Map<string, number>()
  for (const [, content] of shownFiles(peer))
    for (const word of wordsOf(content)) counts.set(word, (counts.get(word) ?? 0) + 1)
  const committed = committedWords(peer)
  const faults: string[] = []
  for (const [word, { by, state }] of ledger.fates) {
    const count = counts.get(word) ?? 0
    if (count > 1) faults.push(`doubled: ${word} of ${by}${state === 'kept' ? '' : ` (${state})`}`)
    if (count || state !== 'kept' || exempt.has(by)) continue
    if (by === 'upstream' && !committed.has(word)) continue
    faults.push(`lost: ${word} of ${by}`)
  }
  return faults
}

/** Words in the commits that have a state here: those of the upstream are in no operation. */
function committedWords(peer: SimPeer): ReadonlySet<string> {
  const { history, views } = peer.room.engines
  const words = new Set<string>()
  for (const commit of views.live().commits) {
    const { tree } = history.graph.node(commit)
    for (const path of shownPaths(peer))
      for (const word of wordsOf(history.valueInTree(tree, path).text)) words.add(word)
  }
  return words
}

/** Files of commits whose state, built anew from its operations, is not the blob. */
export function falseStates(peer: SimPeer): readonly string[] {
  const { history, views } = peer.room.engines
  const faults: string[] = []
  for (const commit of views.live().commits) {
    const anchor = peer.room.commits.anchor(commit)!
    const layout = history.layoutOf(anchor)
    for (const [file, state] of anchor.states) {
      const path = layout.pathOf(file)
      if (anchor.partial.has(file) || path === undefined) continue
      const value = history.valueInTree(history.graph.node(commit).tree, path)
      const text = value.blob === undefined ? history.evaluator.documentAt(file, state).text : ''
      if (value.path === undefined || text !== value.text)
        faults.push(`blob: ${path} in ${commit.slice(0, 8)} is ${JSON.stringify([value, text])}`)
    }
  }
  return faults
}
