import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable, Writable } from 'node:stream'
import { runCli } from '../../src/cli/run-cli.ts'
import { projectRoot } from '../support/project.ts'

const modules = join(projectRoot, 'dist/src/cli/main.js')

/** What a program did. */
export interface RunResult {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** In the folder of the world. */
  readonly folder?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** A folder with a home of its own, in which the real program and the real git run. */
export class CliWorld {
  readonly root: string

  readonly #program: string

  private constructor(root: string, program: string) {
    this.root = root
    this.#program = program
  }

  /** `program` is what the compiler makes, unless it is told. */
  static async make(program = modules): Promise<CliWorld> {
    const world = new CliWorld(await realpath(await mkdtemp(join(tmpdir(), 'anvcs-cli-'))), program)
    await mkdir(world.path('home'))
    await mkdir(world.path('bin'))
    await writeFile(world.path('bin/ai-vcs'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`)
    await chmod(world.path('bin/ai-vcs'), 0o755)
    await writeFile(
      world.path('home/.gitconfig'),
      '[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n',
    )
    return world
  }

  path(...names: readonly string[]): string {
    return join(this.root, ...names)
  }

  /** The variables that programs get: nothing of whoever runs the tests. */
  env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      PATH: [this.path('bin'), process.env['PATH'] ?? ''].join(delimiter),
      HOME: this.path('home'),
      AI_VCS_CONFIG_DIR: this.path('home/.anvcs'),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: this.path('home/.gitconfig'),
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      ...more,
    }
  }

  /** Runs a program to its end. */
  async run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const child = this.start(command, args, options)
    let stdout = ''
    let stderr = ''
    child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    // A program that wants no input may be gone already.
    child.stdin!.on('error', () => {})
    child.stdin!.end(options.input ?? '')
    const [code] = (await once(child, 'close')) as [number | null]
    return { status: code ?? -1, stdout, stderr }
  }

  /** `ai-vcs ARGS`, in a process of its own. */
  ai(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return this.run(process.execPath, [this.#program, ...args], options)
  }

  /** The same in this process: only git is started. */
  async here(args: readonly string[], { folder = '.', env = {}, input = '' }: RunOptions = {}): Promise<RunResult> {
    const [stdout, stderr] = [collector(), collector()]
    const status = await runCli(args, {
      stdin: () => Readable.from(input ? [Buffer.from(input)] : []),
      stdout: stdout.stream,
      stderr: stderr.stream,
      environment: this.env(env),
      folder: this.path(folder),
      signal: new AbortController().signal,
    })
    return { status, stdout: stdout.text(), stderr: stderr.text() }
  }

  /** Runs git and gives what it prints. */
  async git(folder: string, ...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.run('git', args, { folder })
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
    return stdout.trim()
  }

  /** Starts a program that keeps running. */
  start(command: string, args: readonly string[], { folder = '.', env = {} }: RunOptions = {}): ChildProcess {
    return spawn(command, args, { cwd: this.path(folder), env: this.env(env), stdio: 'pipe' })
  }

  /** Starts `ai-vcs ARGS --json`. */
  startAi(args: readonly string[], options: RunOptions = {}): RunningCommand {
    return new RunningCommand(this.start(process.execPath, [this.#program, ...args, '--json'], options))
  }

  /** A repository with a commit in it. */
  async repository(folder: string, files: Readonly<Record<string, string>> = { 'a.txt': 'one\n' }): Promise<void> {
    await mkdir(this.path(folder), { recursive: true })
    await this.git(folder, 'init', '-q')
    for (const [name, content] of Object.entries(files)) await writeFile(this.path(folder, name), content)
    await this.git(folder, 'add', '.')
    await this.git(folder, 'commit', '-q', '-m', 'first')
  }

  /** Ada's repository `ada` and Bob's clone `bob` of it, each with a key; gives the variables that Bob has besides. */
  async pair(files?: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
    const bob = { AI_VCS_CONFIG_DIR: this.path('home/.bob') }
    await this.repository('ada', files)
    await this.git('.', 'clone', '-q', 'ada', 'bob')
    await this.git('bob', 'config', 'user.name', 'Bob')
    await this.git('bob', 'config', 'user.email', 'bob@example.org')
    await this.here(['init'], { folder: 'ada' })
    await this.here(['init'], { folder: 'bob', env: bob })
    return bob
  }

  close(): Promise<void> {
    return rm(this.root, { recursive: true, force: true })
  }
}

function collector(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: string[] = []
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk.toString())
      done()
    },
  })
  return { stream, text: () => chunks.join('') }
}

/** One line of JSON from a command that keeps running. */
export type Fact = Readonly<Record<string, unknown>> & { readonly event: string }

/** A command that prints lines of JSON until it is ended. */
export class RunningCommand {
  readonly facts: Fact[] = []
  readonly #child: ChildProcess
  readonly #exit: Promise<number>
  #wake: () => void = () => {}
  #stderr = ''

  constructor(child: ChildProcess) {
    this.#child = child
    child.stderr!.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()))
    createInterface({ input: child.stdout! }).on('line', (line) => {
      this.facts.push(JSON.parse(line) as Fact)
      this.#wake()
    })
    this.#exit = once(child, 'close').then(([code]) => {
      this.#wake()
      return (code as number | null) ?? -1
    })
  }

  get stderr(): string {
    return this.#stderr
  }

  /** The first fact, past or to come, for which this holds. */
  async fact(holds: (fact: Fact) => boolean): Promise<Fact> {
    for (let seen = 0; ;) {
      for (; seen < this.facts.length; seen++) if (holds(this.facts[seen]!)) return this.facts[seen]!
      if (this.#child.exitCode !== null) throw new Error(`It ended before that: ${this.#stderr}`)
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** Ctrl-C, or another signal; resolves with the exit status. */
  interrupt(signal: NodeJS.Signals = 'SIGINT'): Promise<number> {
    this.#child.kill(signal)
    return this.#exit
  }

  /** Writes so much to its standard input that it must have begun to read when this resolves. */
  untilItReads(): Promise<void> {
    return new Promise((resolve, reject) =>
      this.#child.stdin!.write(Buffer.alloc(900_000), (error) => (error ? reject(error) : resolve())),
    )
  }

  get ended(): Promise<number> {
    return this.#exit
  }
}
