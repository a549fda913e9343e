import { StringDecoder } from 'node:string_decoder'
import type { Workspace } from '../workspace.ts'
import type { Guard } from './guard.ts'
import { PassedGuards } from './passed-guards.ts'
import { runInGroup, type GroupEnd } from './run-in-group.ts'
import { inScratchTree, type ScratchContent } from './scratch-tree.ts'

/** What came of a command of a guard. */
export interface CommandRun {
  /** Null where it took too long, or there is no such program. */
  readonly exitStatus: number | null
  readonly isTimedOut: boolean
  /** The end of what it printed; the scratch work tree is `.` in it. */
  readonly output: string
  /** Did it print more than that? */
  readonly isCut: boolean
  readonly durationMs: number
}

/** What a guard said of a tree. */
export interface GuardRun extends CommandRun {
  readonly isPassed: boolean
  /** Was it known from an earlier run? */
  readonly isCached: boolean
}

/** So much of what a guard prints is kept, from its end. */
const maxOutputUnits = 1 << 16

/** Runs a guard on a tree, in a scratch work tree of it, or tells what it said of it before. An abort ends it and rethrows its reason. */
export async function runGuard(
  workspace: Workspace,
  guard: Guard,
  content: ScratchContent,
  signal?: AbortSignal,
): Promise<GuardRun> {
  const passed = new PassedGuards(workspace.git.dataDir)
  const isWhole = !content.changes?.length
  const known = isWhole ? passed.read(guard, content.tree) : undefined
  if (known) return { ...known, isPassed: true, exitStatus: 0, isTimedOut: false, isCached: true }
  const run = await inScratchTree(workspace.git, content, signal, (folder) => runIn(workspace, guard, folder, signal))
  const isPassed = run.exitStatus === 0
  if (isPassed && isWhole) await passed.keep(guard, content.tree, run)
  return { ...run, isPassed, isCached: false }
}

/** Runs the command of a guard in a folder. An abort ends it and rethrows its reason. */
export async function runIn(
  workspace: Workspace,
  guard: Guard,
  folder: string,
  signal?: AbortSignal,
): Promise<CommandRun> {
  const fromMs = workspace.clock.now()
  const printed = new OutputEnd()
  const end = await runInGroup({
    command: guard.run,
    folder,
    environment: guardEnvironment(workspace.environment, folder),
    timeoutMs: guard.timeoutSeconds * 1000,
    onOutput: (chunk, from) => printed.take(chunk, from),
    signal,
  })
  const { output, isCut } = printed.end()
  return {
    exitStatus: end.how === 'exit' ? end.exitStatus : null,
    isTimedOut: end.how === 'timeout',
    output: told(end, guard) ?? output.replaceAll(folder, '.'),
    isCut,
    durationMs: Math.max(0, workspace.clock.now() - fromMs),
  }
}

/** What Git told the program of its own repository would lead a guard astray. */
function guardEnvironment(environment: Workspace['environment'], folder: string): NodeJS.ProcessEnv {
  const others = Object.entries(environment).filter(([name]) => !/^GIT_(?!AUTHOR_|COMMITTER_|CONFIG_)/.test(name))
  return { ...Object.fromEntries(others), GIT_TERMINAL_PROMPT: '0', PWD: folder }
}

function told(end: GroupEnd, { run }: Guard): string | undefined {
  return end.how === 'missing' ? `There is no program ${typeof run === 'string' ? '/bin/sh' : run[0]}.\n` : undefined
}

/** The end of what a program prints, in the order in which it comes. */
class OutputEnd {
  #text = ''
  #isCut = false
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') }

  take(chunk: Buffer, from: 'stdout' | 'stderr'): true {
    this.#text += this.#decoders[from].write(chunk)
    // Not with each chunk: that would copy the whole each time.
    if (this.#text.length > 4 * maxOutputUnits) this.#cut()
    return true
  }

  end(): { readonly output: string; readonly isCut: boolean } {
    if (this.#text.length > maxOutputUnits) this.#cut()
    return { output: this.#text, isCut: this.#isCut }
  }

  #cut(): void {
    this.#text = this.#text.slice(-maxOutputUnits).replace(/^[^\n]*\n/, '')
    this.#isCut = true
  }
}
