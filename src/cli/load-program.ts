import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Script } from 'node:vm'
import { compileQuickly } from '../node/compile-quickly.ts'
import { codeCacheFolder, readCode, writeCode } from './code-cache.ts'

/** The bundled program, as `tools/bundle-cli.ts` writes it: parts that load each other when they are needed. */
export type Program = (
  require: (name: string) => unknown,
  importModule: (name: string) => Promise<unknown>,
  filename: string,
) => {
  readonly names: readonly string[]
  readonly load: (name: string) => unknown
  /** What was loaded so far. */
  readonly loaded: () => readonly string[]
}

export interface LoadOptions {
  /** Where the bundle lies. */
  readonly folder: string
  /** The part that is the program. */
  readonly part: string
  /** Tells one build from all others. */
  readonly build: string
  /** The word that tells which parts will be needed. */
  readonly command: string
  readonly require: (name: string) => unknown
  /** `import()` of a file: in compiled code that was kept Node 20 warns of its own. */
  readonly importModule: (name: string) => Promise<unknown>
}

const programFile = 'program.cjs'
/** Parts that have a file of their own. */
const aloneFile = /^\.\/[\w-]+\.cjs$/

/** What such a file gives: what it is in the program. */
type PartAlone = (importModule: LoadOptions['importModule'], filename: string) => unknown

/** Commands that parse files and end. */
const parsing: readonly string[] = [
  'merge',
  'explain',
  'resolve',
  'merge-driver',
  'pull',
  'diff',
  'commit',
  'adopt',
  'rejoin-room',
]
/** Of such words, those that are known succeed. */
const word = /^[a-z_-]{0,40}$/

/**
 * Runs a program of the bundle. To compile it takes longer than to run it, so what was compiled is kept for the next run of the same
 * command: docs/decisions/0009-compiled-code-is-kept.md.
 */
export function loadProgram({ folder, part, build, command, require, importModule }: LoadOptions): void {
  const takeBackFlags = parsing.includes(command) ? compileQuickly() : () => {}
  const name = [part, command, build, process.versions.node, process.arch].join('-')
  const place = word.test(command) ? codeCacheFolder(process.env) : undefined
  const read = (file: string, encoding: 'latin1' | 'utf8', key: string) => {
    const filename = join(folder, file)
    const cached = place === undefined ? undefined : readCode(join(place, key))
    const script = new Script(readFileSync(filename, encoding), {
      filename,
      ...(cached && { cachedData: cached.code }),
    })
    return { script, filename, known: script.cachedDataRejected ? undefined : cached?.parts }
  }
  const { script, known } = read(programFile, 'latin1', name)
  const alone = new Map<string, Script>()
  const requirePart = (wanted: string): unknown => {
    if (!aloneFile.test(wanted)) return require(wanted)
    const key = `${name}-${basename(wanted, '.cjs')}`
    const { script, filename, known } = read(wanted, 'utf8', key)
    if (!known) alone.set(key, script)
    return (script.runInThisContext() as PartAlone)(importModule, filename)
  }
  const run = script.runInThisContext() as Program
  const { load, loaded } = run(requirePart, importModule, join(folder, `${part}.cjs`))
  if (place !== undefined)
    process.on('exit', (status) => {
      const parts = new Set([...loaded(), ...(known ?? [])])
      const isMore = parts.size > (known?.size ?? 0)
      if (status !== 0 || (!isMore && alone.size === 0)) return
      // What V8 has compiled is good for the flags alone under which it was.
      takeBackFlags()
      if (isMore) writeCode(join(place, name), { code: script.createCachedData(), parts })
      for (const [key, script] of alone)
        writeCode(join(place, key), { code: script.createCachedData(), parts: new Set() })
    })
  load(`./${part}.cjs`)
}
