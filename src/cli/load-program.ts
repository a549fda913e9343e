import { readFileSync } from 'node:fs'
import { join } from 'node:path'
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
  const filename = join(folder, programFile)
  const name = [part, command, build, process.versions.node, process.arch].join('-')
  const place = word.test(command) ? codeCacheFolder(process.env) : undefined
  const cached = place === undefined ? undefined : readCode(join(place, name))
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    ...(cached && { cachedData: cached.code }),
  })
  const { load, loaded } = (script.runInThisContext() as Program)(require, importModule, join(folder, `${part}.cjs`))
  const known = script.cachedDataRejected ? undefined : cached?.parts
  if (place !== undefined)
    process.on('exit', (status) => {
      const parts = new Set([...loaded(), ...(known ?? [])])
      if (status !== 0 || parts.size <= (known?.size ?? 0)) return
      // What V8 has compiled is good for the flags alone under which it was.
      takeBackFlags()
      writeCode(join(place, name), { code: script.createCachedData(), parts })
    })
  load(`./${part}.cjs`)
}
