import type { Clock } from '../contracts/clock.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectStore } from '../contracts/object-store.ts'
import { concat } from '../lib/bytes.ts'
import { messageOf } from '../lib/error-message.ts'
import type { PeerMessage } from '../sync/messages.ts'

type Want = Extract<PeerMessage, { type: 'want' | 'history' }>
type Pack = Extract<PeerMessage, { type: 'pack' }>

/** One peer, as far as objects are concerned. */
export interface ObjectPeer {
  send(message: Extract<PeerMessage, { type: 'want' | 'history' | 'pack' | 'lacking' }>): void
  /** Resolves when the link has room for more bulk, false where the peer is gone. */
  bulkReady(): Promise<boolean>
}

export interface ObjectTransferOptions {
  readonly objects: ObjectStore
  readonly clock: Clock
  /** The base commit of the room. Who wants it knows nothing before it: it is packed without its parents, unless these are wanted, too. */
  readonly base: () => ObjectId | undefined
  /** Does the room speak of this commit? No other is given away, though its id may be known: it may be private. */
  readonly isOfRoom: (commit: ObjectId) => boolean
  /** Commits that are here: what hangs below them need not be sent. */
  readonly haves: () => readonly ObjectId[]
  /** Objects have come: what waits for them can go on. */
  readonly onObjects: () => void
  readonly onProblem: (message: string) => void
}

interface Request {
  readonly number: number
  readonly peer: ObjectPeer
  readonly wants: readonly ObjectId[]
  readonly chunks: Uint8Array[]
  size: number
  /** It has been under way for so long that another peer may be asked, too. */
  isSlow: boolean
}

const chunkBytes = 192 * 1024
/** More than this in packs under way is not kept: what is larger has to come by Git. */
const maxPackBytes = 512 << 20
/** Each part costs memory of its own, however small it is. Honest ones have `chunkBytes` but for the last. */
const maxChunks = 1 << 15
const maxWants = 1024
const retryMs = 1000
const lookMs = 2000
/** A peer that sends less than `leastBytes` in so long is not waited for, and after it nobody is waited for alone. */
const silenceMs = 30_000
const leastBytes = 16 * 1024

/**
 * Asks peers for Git objects that entries wait for, and answers such requests. One peer is asked at a time, and another one beside
 * it where the answer takes long: who sends in drops must not hold up the rest.
 */
export class ObjectTransfer {
  readonly #options: ObjectTransferOptions
  readonly #peers = new Set<ObjectPeer>()
  readonly #needed = new Set<ObjectId>()
  /** What somebody else than waiting entries has asked for. */
  readonly #wished = new Set<ObjectId>()
  /** What each peer did not bring when it was asked a moment ago. */
  readonly #passed = new Map<ObjectPeer, Set<ObjectId>>()
  /** The last answer under way to each peer. */
  readonly #serving = new WeakMap<ObjectPeer, Promise<void>>()
  /** Under way, the oldest first: one for each peer. */
  readonly #requests = new Map<ObjectPeer, Request>()
  #nextNumber = 1
  #looking = false

  constructor(options: ObjectTransferOptions) {
    this.#options = options
  }

  /** What is waited for. */
  get needed(): readonly ObjectId[] {
    return [...this.#needed]
  }

  addPeer(peer: ObjectPeer): void {
    this.#peers.add(peer)
    this.#ask()
  }

  removePeer(peer: ObjectPeer): void {
    this.#peers.delete(peer)
    this.#passed.delete(peer)
    this.#requests.delete(peer)
    this.#ask()
  }

  /** Asks for objects beside those that entries wait for. */
  wish(objects: readonly ObjectId[]): void {
    for (const id of objects) if (this.#wished.size < maxWants) this.#wished.add(id)
    this.#ask()
  }

  /** Entries wait for these objects, and for no others. */
  need(objects: readonly ObjectId[]): void {
    this.#needed.clear()
    for (const id of objects) this.#needed.add(id)
    this.#ask()
    this.#lookAgain()
  }

  /** What is waited for may come another way: by `git fetch`, say. */
  #lookAgain(): void {
    if (this.#looking || !this.#needed.size) return
    this.#looking = true
    this.#options.clock.schedule(lookMs, () => {
      this.#looking = false
      const before = this.#needed.size
      for (const id of this.#needed) if (this.#options.objects.has(id)) this.#needed.delete(id)
      if (this.#needed.size < before) this.#options.onObjects()
      this.#lookAgain()
    })
  }

  #ask(): void {
    if ([...this.#requests.values()].some(({ isSlow }) => !isSlow)) return
    const next = this.#nextWants()
    if (!next) return
    const { peer, wants } = next
    const base = this.#options.base()
    const { takesBase } = this.#options.objects
    if (takesBase === 'alone' && base !== undefined && !wants.includes(base)) wants.push(base)
    const request: Request = { number: this.#nextNumber++, peer, wants, chunks: [], size: 0, isSlow: false }
    this.#requests.set(peer, request)
    this.#watch(request)
    // A merge that another has announced is known before its objects are stored.
    const haves = this.#options.haves().filter((id) => this.#options.objects.has(id))
    const type = takesBase === 'with its history' ? 'history' : 'want'
    peer.send({ type, request: request.number, wants, haves })
  }

  /**
   * Whom to ask next, and for what. A member may name any number of objects that nobody has: they must not stand in the way of
   * those that somebody has.
   */
  #nextWants(): { readonly peer: ObjectPeer; readonly wants: ObjectId[] } | undefined {
    for (const peer of this.#peers) {
      if (this.#requests.has(peer)) continue
      const passed = this.#passed.get(peer)
      const wants: ObjectId[] = []
      for (const id of [...this.#needed, ...this.#wished]) {
        if (passed?.has(id) || this.#options.objects.has(id)) continue
        if (wants.push(id) === maxWants) break
      }
      if (wants.length) return { peer, wants }
    }
    return undefined
  }

  #watch(request: Request): void {
    const { size } = request
    this.#options.clock.schedule(silenceMs, () => {
      if (this.#requests.get(request.peer) !== request) return
      if (request.size >= size + leastBytes) {
        request.isSlow = true
        this.#watch(request)
        this.#ask()
      } else this.#giveUp(request)
    })
  }

  /** Nothing good comes of it: whatever is lacking is asked of others for a while. */
  #giveUp({ peer }: Request): void {
    this.#requests.delete(peer)
    this.#pass(peer, [...this.#needed, ...this.#wished])
    this.#ask()
  }

  /** A part of a pack has come. False where nobody asked for it. */
  async receive(peer: ObjectPeer, { request, chunk, last }: Pack): Promise<boolean> {
    const open = this.#requests.get(peer)
    if (open?.number !== request) return false
    open.size += chunk.length
    open.chunks.push(chunk)
    if (open.chunks.length > maxChunks) this.#giveUp(open)
    this.#makeRoom()
    if (this.#requests.get(peer) !== open) return false
    if (!last) return true
    try {
      await this.#options.objects.unpack(concat(...open.chunks))
    } catch (error) {
      this.#options.onProblem(`a pack was refused: ${messageOf(error)}`)
    }
    if (this.#requests.get(peer) === open) this.#requests.delete(peer)
    const lacking = open.wants.filter((id) => !this.#options.objects.has(id))
    for (const id of open.wants) {
      if (lacking.includes(id)) continue
      this.#needed.delete(id)
      this.#wished.delete(id)
    }
    if (lacking.length) this.#pass(peer, lacking)
    this.#options.onObjects()
    this.#ask()
    return true
  }

  #makeRoom(): void {
    let sum = 0
    for (const { size } of this.#requests.values()) sum += size
    for (const request of this.#requests.values()) {
      if (sum <= maxPackBytes) return
      sum -= request.size
      this.#giveUp(request)
    }
  }

  /** The peer does not have what was asked for: others are asked, and this one again after a while. */
  lacking(peer: ObjectPeer, request: number): void {
    const open = this.#requests.get(peer)
    if (open?.number !== request) return
    this.#requests.delete(peer)
    this.#pass(peer, open.wants)
    this.#ask()
  }

  #pass(peer: ObjectPeer, wants: readonly ObjectId[]): void {
    const passed = this.#passed.get(peer)
    if (passed) {
      for (const id of wants) passed.add(id)
      return
    }
    this.#passed.set(peer, new Set(wants))
    this.#options.clock.schedule(retryMs, () => {
      if (this.#passed.delete(peer)) this.#ask()
    })
  }

  /** Answers a request with a pack of what is here of it, in chunks, as fast as the link takes them. */
  serve(peer: ObjectPeer, want: Want): Promise<void> {
    // One after the other: each pack is the work of a program.
    const before = this.#serving.get(peer) ?? Promise.resolve()
    const served = before
      .then(() => this.#serve(peer, want))
      .catch((error: unknown) => this.#options.onProblem(`a request was not answered: ${messageOf(error)}`))
    this.#serving.set(peer, served)
    return served
  }

  async #serve(peer: ObjectPeer, want: Want): Promise<void> {
    if (!this.#peers.has(peer)) return
    const { request } = want
    const pack = await this.#packOf(want)
    if (!pack) {
      peer.send({ type: 'lacking', request, reason: 'none of the objects is here' })
      return
    }
    for (let at = 0; at < pack.length; at += chunkBytes) {
      if (!(await peer.bulkReady())) return
      const last = at + chunkBytes >= pack.length
      peer.send({ type: 'pack', request, chunk: pack.subarray(at, at + chunkBytes), last })
    }
  }

  /** Undefined where nothing can be packed. A commit whose own objects are not all here must not keep others back. */
  async #packOf({ type, wants, haves }: Want): Promise<Uint8Array | undefined> {
    const { objects } = this.#options
    const known = haves.filter((id) => objects.has(id))
    const here = wants.filter((id) => objects.has(id) && this.#isServed(id))
    if (!here.length) return undefined
    const base = this.#options.base()
    const isShallow = type === 'want' && base !== undefined && wants.includes(base)
    const options = isShallow ? { shallow: [base] } : {}
    try {
      return await objects.pack(here, known, options)
    } catch (error) {
      this.#options.onProblem(`no pack could be made: ${messageOf(error)}`)
    }
    const whole: ObjectId[] = []
    for (const id of here)
      await objects.pack([id], known, options).then(
        () => whole.push(id),
        () => undefined,
      )
    return whole.length ? objects.pack(whole, known, options) : undefined
  }

  #isServed(id: ObjectId): boolean {
    if (this.#options.isOfRoom(id)) return true
    try {
      const type = this.#options.objects.read(id)?.type
      return type === 'blob' || type === 'tree'
    } catch (error) {
      // Only blobs are that large.
      return AnvcsError.is(error, 'MESSAGE_TOO_LARGE')
    }
  }
}
