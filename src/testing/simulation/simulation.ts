import { AnvcsError } from '../../contracts/errors.ts'
import { Parsers } from '../../merge/syntax/parsers.ts'
import { nodeCrypto } from '../../node/crypto.ts'
import { grammarFiles } from '../../node/grammar-files.ts'
import type { DiskFaultKind } from '../sim-disk.ts'
import type { NetworkFaultKind } from '../network-conditions.ts'
import type { SimPeer } from '../sim-peer.ts'
import { SimRandom } from '../sim-random.ts'
import { SimWorld } from '../sim-world.ts'
import { calmDisk, calmNetwork, drawDiskFaults, drawNetworkFaults } from '../swarm.ts'
import { Author } from './author.ts'
import { differences, falseStates, leftovers, lostWords, shownFiles } from './invariants.ts'
import { Liar } from './liar.ts'
import { randomEdit } from './random-edit.ts'
import type { Scenario } from './scenarios.ts'
import { Upstream } from './upstream.ts'
import { WordLedger } from './word-ledger.ts'

/** How one run ended. */
export interface SimulationResult {
  /** What broke; empty where everything held. */
  readonly faults: readonly string[]
  /** How often each kind of fault happened. */
  readonly counters: ReadonlyMap<NetworkFaultKind | DiskFaultKind, number>
  readonly entries: number
  /** Entries that count for nothing. */
  readonly voided: number
  readonly heads: number
  /** SHA-256 of everything that happened. */
  readonly trace: string
}

const settleLimitMs = 600_000
const readyLimitMs = 120_000
const pauseMs = 4000
/** Who is linked to somebody that is never equal waits for that up to a minute before it merges. */
const hostilePauseMs = 64_000

/** One run of a scenario from one seed: a storm of random steps and faults, then calm, then the invariants. */
export async function simulate(scenario: Scenario, seed: number): Promise<SimulationResult> {
  await loadGrammars()
  return new Simulation(scenario, seed).run()
}

/** Lines of words are a poem, a script of Bash and a program of Ruby: merges of all are checked by what they are. */
const paths = ['f0.txt', 'f1.sh', 'dir/f2.rb']

/** What the merges of a run need is there before: reading it from disk takes real time, of which a simulated world knows nothing. */
async function loadGrammars(): Promise<void> {
  const parsers = new Parsers(grammarFiles, nodeCrypto)
  for (const grammar of ['bash', 'ruby'] as const) await parsers.parser(grammar)
}

class Simulation {
  readonly #scenario: Scenario
  readonly #random: SimRandom
  readonly #ledger = new WordLedger()
  readonly #world: SimWorld
  readonly #upstream: Upstream
  readonly #authors: Author[] = []
  #dead: Author | undefined
  #liar: Liar | undefined
  readonly #faults: string[] = []

  constructor(scenario: Scenario, seed: number) {
    this.#scenario = scenario
    this.#random = new SimRandom(seed).fork('driver')
    const files: Record<string, string> = {}
    const count = 1 + this.#random.below(paths.length)
    for (let i = 0; i < count; i++) files[paths[i]!] = this.#baseText()
    this.#world = new SimWorld({ seed, files, clients: scenario.clients })
    this.#upstream = new Upstream(this.#world.base, this.#world.baseObjects)
  }

  #baseText(): string {
    const lines = Array.from({ length: 6 + this.#random.below(10) }, () =>
      Array.from({ length: 1 + this.#random.below(3) }, () => this.#ledger.fresh('base')).join(' '),
    )
    return `${lines.join('\n')}\n`
  }

  async run(): Promise<SimulationResult> {
    const onRejection = (error: unknown): void => void this.#faults.push(`throws: ${describe(error)}`)
    process.on('unhandledRejection', onRejection)
    process.on('uncaughtException', onRejection)
    try {
      await this.#meet()
      await this.#storm()
      await this.#calm()
    } catch (error) {
      this.#faults.push(`throws: ${describe(error)}`)
    } finally {
      process.off('unhandledRejection', onRejection)
      process.off('uncaughtException', onRejection)
    }
    return this.#result()
  }

  async #meet(): Promise<void> {
    const world = this.#world
    const count = 2 + this.#random.below(4)
    const peers = Array.from({ length: count }, (_, i) => world.peer(`p${i}`))
    const [founder, ...others] = peers
    await founder!.found()
    const ticket = await world.wait(founder!.room.invite({ uses: 10 * count }))
    for (const peer of others) await peer.join(ticket)
    for (const peer of others) await world.wait(peer.room.ready(), readyLimitMs)
    for (const peer of peers) {
      const random = this.#random.fork(peer.name)
      this.#authors.push(new Author(peer, world.base, this.#ledger, this.#upstream, random))
    }
    if (this.#scenario.liar) this.#liar = await Liar.join(world, world.peer('liar'), ticket, this.#random.fork('liar'))
    world.network.faults = drawNetworkFaults(this.#random.fork('network'))
    for (const peer of peers) peer.disk.faults = drawDiskFaults(this.#random.fork(`disk ${peer.name}`))
  }

  async #storm(): Promise<void> {
    const { steps, dead } = this.#scenario
    for (let step = 0; step < steps; step++) {
      if (dead && step === Math.floor(steps * 0.6)) this.#dead = this.#authors.at(-1)
      if (this.#dead) this.#isolateDead()
      const author = this.#random.pick(this.#authors)
      if (author !== this.#dead || step < steps * 0.75) await this.#step(author)
      if (author.peer.isRunning && this.#random.chance(0.3)) await this.#liar?.lie(author.peer)
      await this.#world.clock.run(this.#world.clock.now() + this.#pauseMs())
    }
  }

  #pauseMs(): number {
    const kind = this.#random.below(10)
    return this.#random.exponential(kind < 6 ? 20 : kind < 9 ? 200 : 3000)
  }

  async #step(author: Author): Promise<void> {
    const random = this.#random
    const scenario = this.#scenario
    const kind = random.below(100)
    if (!author.peer.isRunning) {
      if (kind < 50) await this.#restart(author)
    } else if (kind < 38) author.edit()
    else if (kind < 44) author.writeStale()
    else if (kind < 48) author.changeTree()
    else if (kind < 62) this.#commit(author)
    else if (kind < 66) {
      if (scenario.eager) author.settle()
      else author.follow()
    } else if (kind < 80) this.#exchangeByGit(author, kind < 75)
    else if (kind < 84) {
      if (random.chance(scenario.manual)) author.mergeByHand()
    } else if (kind < 86) author.look()
    else if (kind < 88) {
      if (scenario.adopt) author.adopt()
    } else if (kind < 93) this.#part()
    else if (kind < 95) this.#fail(author)
    else if (kind < 97) this.#fillDisk(author)
    else author.follow()
  }

  #commit(author: Author): void {
    const random = this.#random
    const { commit, stock = 0, partial = 0, otherNames } = this.#scenario
    const [isStock, isPartial, isWhole] = [random.chance(stock), random.chance(partial), random.chance(0.6)]
    const email = otherNames && random.chance(otherNames) ? `${author.name}@work.example` : undefined
    if (random.chance(commit)) author.commit({ isStock, isPartial, isWhole, email })
  }

  #exchangeByGit(author: Author, isPull: boolean): void {
    if (!this.#scenario.pull) return
    if (isPull) {
      if (this.#random.chance(0.5)) this.#commitUpstream()
      author.pull()
    } else author.push()
  }

  /** Somebody outside of the room commits. */
  #commitUpstream(): void {
    const random = this.#random
    const files = this.#upstream.files()
    const texts = new Map<string, string | undefined>()
    for (const [path, text] of files) {
      if (!random.chance(0.6)) continue
      const from = this.#ledger.drawn
      const after = randomEdit(text, random, () => this.#ledger.fresh('upstream'))
      this.#ledger.dropUnused(after, from)
      this.#ledger.edited('upstream', text, after)()
      texts.set(path, after)
    }
    this.#changeUpstreamTree(files, texts)
    if (texts.size) this.#upstream.commit(texts, Math.floor(this.#world.clock.now() / 1000))
  }

  /** Now and then a file comes, goes or moves. */
  #changeUpstreamTree(files: ReadonlyMap<string, string>, texts: Map<string, string | undefined>): void {
    // Everything may have been deleted by whoever has pushed last.
    if (!files.size) return
    const kind = this.#random.below(12)
    const path = this.#random.pick([...files.keys()])
    const added = kind === 0 ? `up${this.#random.below(2)}.txt` : undefined
    if (added !== undefined && !files.has(added)) texts.set(added, `${this.#ledger.fresh('upstream')}\n`)
    if (kind === 1 && files.size > 1) {
      this.#ledger.edited('upstream', texts.get(path) ?? files.get(path)!, '')()
      texts.set(path, undefined)
    }
    if (kind === 2 && !files.has(`far-${path}`)) {
      texts.set(`far-${path}`, files.get(path))
      texts.set(path, undefined)
    }
  }

  #part(): void {
    const { network } = this.#world
    if (!this.#random.chance(this.#scenario.partition)) network.heal()
    else
      network.partition(
        this.#random.chance(0.5) ? 'halves' : 'isolate one',
        this.#random.chance(0.7) ? 'symmetric' : 'asymmetric',
      )
  }

  #isolateDead(): void {
    const dead = this.#dead!.name
    const others = this.#authors.map(({ name }) => name).filter((name) => name !== dead)
    this.#world.network.cut([dead], others)
    this.#world.network.cut(others, [dead])
  }

  #fail(author: Author): void {
    if (this.#random.chance(0.5)) author.peer.kill()
    else author.peer.cutPower()
    author.failed()
  }

  #fillDisk(author: Author): void {
    author.peer.disk.setFull(this.#random.chance(0.5))
  }

  async #restart(author: Author): Promise<void> {
    author.peer.disk.setFull(false)
    const { faults } = author.peer.disk
    author.peer.disk.faults = { ...faults, full: 0 }
    await author.peer.open()
    author.peer.disk.faults = faults
    author.look()
  }

  /** Faults end, who is down comes back, and everything has to come together. */
  async #calm(): Promise<void> {
    const { network } = this.#world
    network.heal()
    network.faults = calmNetwork
    for (const author of this.#authors) {
      author.peer.disk.setFull(false)
      author.peer.disk.faults = calmDisk
      if (author === this.#dead) {
        if (author.peer.isRunning) author.peer.kill()
      } else if (!author.peer.isRunning) await author.peer.open()
    }
    await this.#converge()
    for (let round = 0; round < 4 && this.#dead; round++) {
      const waiting = this.#authors.find((author) => author !== this.#dead && leftovers([author.peer]).length > 0)
      if (!waiting) break
      waiting.adopt()
      await this.#converge()
    }
    this.#check()
    if (!this.#faults.length) await this.#replay()
  }

  get #live(): readonly SimPeer[] {
    return this.#authors.filter((author) => author !== this.#dead).map(({ peer }) => peer)
  }

  /** Entries of a peer that never returns may wait for Git objects that nobody else has, and a liar sends what it likes. */
  #waits(peer: SimPeer): boolean {
    return !this.#dead && !this.#liar && peer.room.waitingEntries > 0
  }

  async #converge(): Promise<void> {
    const { clock } = this.#world
    const live = this.#authors.filter((author) => author !== this.#dead)
    const [first] = this.#live
    const isQuiet = (): boolean =>
      live.every(({ isIdle, peer }) => isIdle && peer.room.digest === first!.room.digest && !this.#waits(peer))
    const endMs = clock.now() + settleLimitMs
    for (let seen = ''; clock.now() < endMs;) {
      for (const author of live) author.look()
      const settled = await this.#world.until(isQuiet, 20_000)
      await clock.run(clock.now() + (this.#liar ? hostilePauseMs : pauseMs))
      if (settled && isQuiet() && first!.room.digest === seen) return
      seen = first!.room.digest
    }
    this.#faults.push('settle: the peers do not come to rest')
  }

  #check(): void {
    const live = this.#live
    const exempt = new Set(this.#dead ? [this.#dead.name] : [])
    this.#faults.push(...differences(live), ...leftovers(live), ...lostWords(live[0]!, this.#ledger, exempt))
    for (const peer of live) if (this.#waits(peer)) this.#faults.push(`queue: entries wait at ${peer.name}`)
    this.#faults.push(...falseStates(live[0]!))
    for (const { name, room } of live)
      for (const { id, reason } of room.voided)
        if (!this.#liar?.lies.has(id)) this.#faults.push(`void: an honest entry at ${name}: ${reason}`)
  }

  /** What a process knows after a restart is what it knew before. */
  async #replay(): Promise<void> {
    const peer = this.#random.pick(this.#live)
    const before = { files: [...shownFiles(peer)], digest: peer.room.digest }
    await peer.stop()
    await peer.open()
    const after = { files: [...shownFiles(peer)], digest: peer.room.digest }
    if (JSON.stringify(before) !== JSON.stringify(after)) this.#faults.push(`replay: ${peer.name} shows something else`)
  }

  #result(): SimulationResult {
    const { network, diskCounters, trace } = this.#world
    const room = this.#live.find(({ isRunning }) => isRunning)?.room
    return {
      faults: this.#faults,
      counters: new Map([...network.counters.all, ...diskCounters.all]),
      entries: room?.entryCount ?? 0,
      voided: room?.voided.length ?? 0,
      heads: room?.engines.commits.heads().length ?? 0,
      trace: trace.digest,
    }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? ` <- ${error.cause.stack}` : ''
  return `${AnvcsError.is(error) ? `${error.code} ` : ''}${error.stack ?? error.message}${cause}`
}
