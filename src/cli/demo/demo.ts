import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AnvcsError } from '../../contracts/errors.ts'
import { parseDidKey } from '../../identity/did-key.ts'
import { sshPublicKey } from '../../identity/ssh-key.ts'
import { hexBytes } from '../../lib/bytes.ts'
import { SeededRandom } from '../../lib/seeded-random.ts'
import type { Environment } from '../../node/config-folder.ts'
import { emailOf, makeClones, plainEnvironment, type Clones } from './clones.ts'
import type { DemoReport } from './demo-report.ts'
import { faultsOf, minConcurrent } from './faults.ts'
import { judge, judgeScript } from './judge.ts'
import type { Concurrency, PeerState } from './peer-calls.ts'
import { PeerProcess } from './peer-process.ts'
import { choosePlaces, type Places } from './places.ts'
import { openSockets } from './sockets.ts'
import { Typing } from './typing.ts'
import { Words } from './words.ts'

/** What to show, and where. */
export interface DemoOptions {
  /** Of this repository clones are made; nothing else is done to it. */
  readonly repository: string
  readonly seed: number
  /** A new or empty folder that the clones stay in. Without it they are thrown away. */
  readonly keep?: string
  readonly environment: Environment
  readonly signal: AbortSignal
  /** Told what is being done now, for people. */
  readonly onProgress: (text: string) => void
}

const names = ['alice', 'bob', 'carol'] as const
const [alice, bob, carol] = names
const convergeMs = 45_000
const pollMs = 50
/** Until all processes have read what they are to type. */
const startMs = 100
const maxRounds = 6

/**
 * Three processes with own clones of a repository type at once; one is cut off from all others, each side commits, it comes back,
 * heads merge; then plain git judges. Throws USAGE for a folder that is not empty or a repository without text, GIT_FAILED where
 * it cannot be cloned, and INTERNAL where a process dies or hangs; what is lost or differs is in the report.
 */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const folder =
    options.keep === undefined ? await mkdtemp(join(tmpdir(), 'anvcs-demo-')) : await emptyFolder(options.keep)
  const peers = new Map<string, PeerProcess>()
  const kill = (): void => void Promise.all([...peers.values()].map((peer) => peer.kill()))
  options.signal.addEventListener('abort', kill, { once: true })
  try {
    return await new Demo(options, folder, peers).run()
  } catch (error) {
    // A process that was ended by us is not what went wrong.
    options.signal.throwIfAborted()
    throw error
  } finally {
    options.signal.removeEventListener('abort', kill)
    await Promise.all([...peers.values()].map((peer) => peer.kill()))
    if (options.keep === undefined) await rm(folder, { recursive: true, force: true })
  }
}

async function emptyFolder(path: string): Promise<string> {
  const folder = resolve(path)
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length)
    throw new AnvcsError('USAGE', { message: `${folder} is not empty.`, hint: 'Name a new folder after `--keep`.' })
  return folder
}

class Demo {
  readonly #options: DemoOptions
  readonly #folder: string
  readonly #peers: Map<string, PeerProcess>
  readonly #random: SeededRandom
  readonly #words: Words
  readonly #beginMs = Date.now()

  constructor(options: DemoOptions, folder: string, peers: Map<string, PeerProcess>) {
    this.#options = options
    this.#folder = folder
    this.#peers = peers
    this.#random = new SeededRandom(options.seed)
    this.#words = new Words(this.#random, join(folder, 'words.txt'))
  }

  async run(): Promise<DemoReport> {
    const { repository, environment, signal } = this.#options
    this.#say(`cloning ${repository} three times`)
    const clones = await makeClones({
      repository: resolve(repository),
      folder: this.#folder,
      names,
      environment,
      signal,
    })
    const [{ git, folder }] = clones.clones as [Clones['clones'][number]]
    const places = await choosePlaces(git, folder, this.#random)
    const typing = new Typing(this.#random, this.#words, places)
    const room = await this.#found(clones)
    const together = await this.#typeTogether(typing, places)
    const partition = await this.#partition(typing)
    const rejoin = await this.#rejoin()
    const states = await this.#typeAgain(typing)
    const bytes = await this.#bytes()
    for (const peer of this.#peers.values()) await peer.close()
    return this.#judged(clones, { room, states, together, places, partition, rejoin, bytes })
  }

  #say(text: string): void {
    this.#options.signal.throwIfAborted()
    this.#options.onProgress(text)
  }

  #peer(name: string): PeerProcess {
    return this.#peers.get(name)!
  }

  #all<T>(some: readonly string[], run: (peer: PeerProcess) => Promise<T>): Promise<T[]> {
    return Promise.all(some.map((name) => run(this.#peer(name))))
  }

  async #found({ clones }: Clones): Promise<string> {
    this.#say('alice founds a room; bob and carol join by a ticket, over WebRTC on the loopback')
    for (const clone of clones)
      this.#peers.set(
        clone.name,
        new PeerProcess(clone, (name, message) => this.#options.onProgress(`${name}: ${message}`)),
      )
    const { ticket, room } = await this.#peer(alice).call('found', { uses: 2 })
    await this.#all([bob, carol], (peer) => peer.call('join', { ticket }))
    await this.#converge(names)
    return room
  }

  async #typeTogether(typing: Typing, places: Places): Promise<readonly Concurrency[]> {
    const { path, functionName } = places.function
    this.#say(`all three type into ${functionName === undefined ? path : `${functionName}() in ${path}`} at once`)
    let concurrency: readonly Concurrency[] = []
    // How much is concurrent depends on how the system shares out its processors: it is counted, and gone on where it is too little.
    for (let round = 0; round < maxRounds && !isConcurrent(concurrency); round++) {
      const beginMs = Date.now() + startMs
      const scripts = new Map(names.map((name) => [name as string, typing.inFunction(name)]))
      await this.#all(names, (peer) => peer.call('type', { ...scripts.get(peer.name)!, beginMs }))
      await this.#converge(names)
      concurrency = await this.#peer(alice).call('concurrency', { path })
    }
    this.#say('all three type into several files at once; one makes a file, one moves one, one deletes one')
    const parts = ['creates', 'moves', 'removes'] as const
    const first = this.#random.below(3)
    const others = new Map(names.map((name, i) => [name as string, typing.inFiles(name, parts[(i + first) % 3]!)]))
    await this.#all(names, (peer) => peer.call('type', others.get(peer.name)!))
    await this.#converge(names)
    await this.#commit(bob, 'Write together')
    await this.#converge(names)
    return concurrency
  }

  async #partition(typing: Typing): Promise<DemoReport['partition']> {
    const peer = this.#peer(carol)
    const socketsBefore = openSockets(peer.pid) ?? null
    this.#say(`carol is cut off from everything`)
    const before = await peer.call('cut', null)
    const beginMs = Date.now()
    await this.#until('the others notice', async () => {
      const states = await this.#all(names, (each) => each.call('state', null))
      return states.every(({ peers }, i) => (names[i] === carol ? peers.length === 0 : !peers.includes(carol)))
    })
    await this.#waitFor(async () => !openSockets(peer.pid))
    const seen: (number | undefined)[] = []
    const timer = setInterval(() => seen.push(openSockets(peer.pid)), pollMs)
    try {
      this.#say('both sides go on typing into the same function and the same files, and commit')
      await this.#peer(alice).call('type', typing.moveApart())
      const near = [alice, bob].map((name) => this.#peer(name).call('type', typing.apart(name, 'near')))
      await Promise.all([...near, peer.call('type', typing.apart(carol, 'far'))])
      await this.#converge([alice, bob])
      await Promise.all([this.#commit(alice, 'Go on without carol'), this.#commit(carol, 'Go on alone')])
      await this.#converge([alice, bob])
      await this.#converge([carol])
      // It has to have tried to get out, or else nothing has held it.
      await this.#waitFor(async () => (await peer.call('traffic', null)).refused > before.refused)
    } finally {
      clearInterval(timer)
    }
    const after = await peer.call('mend', null)
    return {
      peer: carol,
      ms: Date.now() - beginMs,
      bytesOut: after.bytesOut - before.bytesOut,
      bytesIn: after.bytesIn - before.bytesIn,
      refused: after.refused - before.refused,
      socketsBefore,
      socketsMeanwhile: seen.every((count) => count !== undefined) ? Math.max(...seen) : null,
    }
  }

  async #rejoin(): Promise<DemoReport['rejoin']> {
    this.#say('the network is back: what was missed is exchanged, heads merge')
    const beginMs = Date.now()
    await this.#peer(carol).call('announce', null)
    await this.#converge(names)
    return { ms: Date.now() - beginMs, merges: 0 }
  }

  async #typeAgain(typing: Typing): Promise<readonly PeerState[]> {
    this.#say('all three type once more, and one commits')
    const scripts = new Map(names.map((name) => [name as string, typing.again(name)]))
    await this.#all(names, (peer) => peer.call('type', scripts.get(peer.name)!))
    await this.#converge(names)
    await this.#commit(this.#random.pick(names), 'Write together again')
    return this.#converge(names)
  }

  async #commit(name: string, message: string): Promise<void> {
    const report = JSON.stringify({ stats: { tests: 1, passes: 1, failures: 0 } })
    const prompt = `Seed ${this.#options.seed}: ${message.toLowerCase()}.`
    const request = { message, all: true, prompt, model: 'none', agent: `${name}-demo`, report }
    const { commit, contributors } = await this.#peer(name).call('commit', request)
    this.#say(`${name} commits ${commit.slice(0, 10)} with operations of ${contributors.join(', ')}`)
  }

  async #bytes(): Promise<DemoReport['bytes']> {
    const all = await this.#all(names, (peer) => peer.call('traffic', null))
    const sum = (of: (traffic: (typeof all)[number]) => number): number =>
      all.reduce((total, each) => total + of(each), 0)
    return { server: sum(({ serverBytes }) => serverBytes), links: sum(({ bytesOut }) => bytesOut) }
  }

  /** Waits until these peers hold the same, and are at the same commit. */
  async #converge(some: readonly string[]): Promise<readonly PeerState[]> {
    let states: readonly PeerState[] = []
    const isAlike = async (call: 'state' | 'settle'): Promise<boolean> => {
      states = await this.#all(some, (peer) => peer.call(call, null))
      return areAlike(some, states)
    }
    const isEqual = async (): Promise<boolean> => {
      // To look is cheap; only who seems to have everything is asked to look at its disk, too.
      return (await isAlike('state')) && (await isAlike('settle')) && isAlike('state')
    }
    await this.#all(some, (peer) => peer.call('settle', null))
    try {
      await this.#until('the peers are alike', isEqual)
    } catch (error) {
      if (!AnvcsError.is(error, 'INTERNAL') || error.details['isLate'] !== true) throw error
      const shown = states.map((state, i) => `${some[i]}: ${JSON.stringify(state)}`).join('\n')
      throw new AnvcsError('INTERNAL', { message: `${error.message}\n${shown}`, cause: error })
    }
    return states
  }

  /** Waits for what the report tells in any case: where it does not come the report says so. */
  async #waitFor(condition: () => Promise<boolean>): Promise<void> {
    await this.#until('', condition).catch((error: unknown) => {
      if (!AnvcsError.is(error, 'INTERNAL') || error.details['isLate'] !== true) throw error
    })
  }

  async #until(what: string, condition: () => Promise<boolean>): Promise<void> {
    for (const endMs = Date.now() + convergeMs; !(await condition()); await sleep(pollMs)) {
      this.#options.signal.throwIfAborted()
      if (Date.now() > endMs)
        throw new AnvcsError('INTERNAL', {
          message: `Not within ${convergeMs / 1000} s: ${what}.`,
          details: { isLate: true },
        })
    }
  }

  async #judged(
    { clones, base }: Clones,
    found: {
      readonly room: string
      readonly states: readonly PeerState[]
      readonly together: readonly Concurrency[]
      readonly places: Places
      readonly partition: DemoReport['partition']
      readonly rejoin: DemoReport['rejoin']
      readonly bytes: DemoReport['bytes']
    },
  ): Promise<DemoReport> {
    this.#say('plain git judges')
    const { repository, seed, environment, signal, keep } = this.#options
    const { room, states, together, places, partition, rejoin, bytes } = found
    const keys = states.map(({ member }) => parseDidKey(member)!)
    const signers = keys.map((key, i) => `${emailOf(names[i]!)} namespaces="git" ${sshPublicKey(hexBytes(key))}\n`)
    await writeFile(join(this.#folder, 'allowed_signers'), signers.join(''))
    await copyFile(judgeScript, join(this.#folder, 'judge.sh'))
    const plain = plainEnvironment(environment, join(this.#folder, 'homes'))
    const judgement = await judge({
      folder: this.#folder,
      names,
      base,
      room,
      members: keys,
      environment: plain,
      signal,
    })
    const [{ git }] = clones as [Clones['clones'][number]]
    const lines = async (args: readonly string[]): Promise<number> =>
      (await git.run(args)).filter((byte) => byte === 10).length
    const [first] = judgement.clones
    const inAll = (
      of: (clone: (typeof judgement.clones)[number], commit: string) => boolean,
      ids: readonly string[],
    ): number => ids.filter((id) => judgement.clones.every((clone) => of(clone, id))).length
    const members = [...first!.signed, ...first!.unsigned, ...first!.unchecked]
    const report: Omit<DemoReport, 'ok' | 'faults'> = {
      seed,
      repository: {
        path: resolve(repository),
        base,
        commits: await lines(['rev-list', base]),
        files: await lines(['ls-tree', '-r', '--name-only', base]),
      },
      room,
      members: names.map((name, i) => ({ name, did: states[i]!.member, words: this.#words.counts.get(name) ?? 0 })),
      words: {
        typed: this.#words.total,
        lost: Math.max(...judgement.clones.map(({ lost }) => lost)),
        doubled: Math.max(...judgement.clones.map(({ doubled }) => doubled)),
      },
      together: { path: places.function.path, function: places.function.functionName ?? null, peers: together },
      partition,
      rejoin: { ...rejoin, merges: first!.merges.length },
      commits: {
        members: members.length,
        good: inAll(({ signed, recorded }, id) => signed.includes(id) && recorded.includes(id), members),
        unchecked: first!.unchecked.length,
        merges: first!.merges.length,
        attested: inAll(({ attestations }, id) => (attestations[id]?.length ?? 0) > 0, first!.merges),
      },
      voided: Math.max(...states.map(({ voided }) => voided)),
      bytes,
      clones: judgement.clones,
      seconds: Math.round((Date.now() - this.#beginMs) / 100) / 10,
      kept: keep === undefined ? null : this.#folder,
    }
    const faults = faultsOf(report, judgement.isFaultless)
    return { ok: faults.length === 0, faults, ...report }
  }
}

function areAlike(names: readonly string[], states: readonly PeerState[]): boolean {
  const [first] = states as [PeerState]
  return states.every(
    (state) =>
      state.digest === first.digest &&
      state.head === first.head &&
      state.heads === 1 &&
      state.waiting === 0 &&
      names.every((name, i) => states[i] === state || state.peers.includes(name)),
  )
}

function isConcurrent(peers: readonly Concurrency[]): boolean {
  return peers.length === names.length && peers.every(({ concurrent }) => concurrent >= minConcurrent)
}
