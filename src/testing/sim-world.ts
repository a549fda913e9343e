import type { Crypto } from '../contracts/crypto.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { utf8 } from '../lib/bytes.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { serializeCommit, type CommitFields } from '../objects/commit.ts'
import { objectId } from '../objects/object-id.ts'
import { editTree } from '../objects/tree-edit.ts'
import { FaultCounters } from './fault-counters.ts'
import type { NetworkFaults } from './network-conditions.ts'
import { simCrypto, type FewClients } from './sim-crypto.ts'
import { SimClock } from './sim-clock.ts'
import { diskFaultKinds, type DiskFaultKind, type DiskFaults } from './sim-disk.ts'
import { SimNetwork } from './sim-network.ts'
import { SimPeer } from './sim-peer.ts'
import { SimRandom } from './sim-random.ts'
import { SimTrace } from './sim-trace.ts'
import { calmDisk, calmNetwork } from './swarm.ts'

/** What a world begins with. */
export interface SimWorldOptions {
  readonly seed: number
  /** The files of the base commit, by path. */
  readonly files: Readonly<Record<string, string>>
  readonly network?: NetworkFaults
  readonly disk?: DiskFaults
  /** Yjs client numbers have so few bits that some are shared. */
  readonly clients?: FewClients | undefined
}

/** Machines with disks and a network between them, from one seed, and a Git commit that all of them have. */
export class SimWorld {
  readonly crypto: Crypto
  readonly clock = new SimClock()
  readonly trace = new SimTrace(this.clock)
  readonly random: SimRandom
  readonly network: SimNetwork
  readonly diskCounters: FaultCounters<DiskFaultKind>
  readonly disk: DiskFaults
  readonly base: ObjectId
  /** The objects of the base commit. */
  readonly baseObjects: readonly GitObject[]

  constructor({ seed, files, network = calmNetwork, disk = calmDisk, clients }: SimWorldOptions) {
    this.crypto = simCrypto(clients)
    this.random = new SimRandom(seed)
    this.network = new SimNetwork({
      clock: this.clock,
      random: this.random.fork('network'),
      trace: this.trace,
      faults: network,
    })
    this.diskCounters = new FaultCounters(diskFaultKinds, this.trace)
    this.disk = disk
    const { commit, objects } = commitOf(files)
    this.base = commit
    this.baseObjects = objects
  }

  /** A machine with the base commit on its disk; its process is not started. */
  peer(name: string): SimPeer {
    return new SimPeer(this, name)
  }

  /** Lets time pass until the condition holds; false where it does not within `limitMs`. */
  until(condition: () => boolean, limitMs = 120_000): Promise<boolean> {
    return this.clock.runUntil(condition, limitMs)
  }

  /** Lets time pass until a promise of the simulated world settles. Throws where it does not within `limitMs`. */
  async wait<T>(promise: Promise<T>, limitMs = 120_000): Promise<T> {
    let settled = false
    const done = promise.finally(() => (settled = true))
    done.catch(() => undefined)
    if (!(await this.clock.runUntil(() => settled, limitMs))) throw new Error(`nothing happened within ${limitMs} ms`)
    return done
  }
}

/** A commit without parents, and the objects that it is made of. */
export function commitOf(
  files: Readonly<Record<string, string>>,
  fields: Partial<CommitFields> = {},
): { readonly commit: ObjectId; readonly objects: readonly GitObject[] } {
  const objects: GitObject[] = []
  const add = (object: GitObject): ObjectId => {
    objects.push(object)
    return objectId(nodeCrypto, 'sha1', object)
  }
  const changes = Object.entries(files).map(([path, text]) => ({
    path,
    entry: { mode: 0o100644, id: add({ type: 'blob', content: utf8(text) }) },
  }))
  const edit = editTree(nodeCrypto, 'sha1', () => new Uint8Array(0), undefined, changes)!
  for (const content of edit.trees) add({ type: 'tree', content })
  const person = { name: 'Ada', email: 'ada@example.org', timeSeconds: 1_700_000_000, zone: '+0000' }
  const commit = { tree: edit.root, parents: [], author: person, committer: person, message: 'Begin\n', ...fields }
  return { commit: add({ type: 'commit', content: serializeCommit(commit) }), objects }
}
