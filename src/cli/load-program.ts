import { openSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Script } from 'node:vm'
import { compileQuickly } from '../node/compile-quickly.ts'
import { codeCacheFolder, readCode, writeCode } from './code-cache.ts'
import { programText, type LoadedParts, type PartFunction, type Program } from './program-text.ts'

export interface LoadOptions {
  /** Where the bundle lies. */
  readonly folder: string
  /** The part that is the program. */
  readonly part: string
  /** Tells one build from all others. */
  readonly build: string
  /** The word that tells which parts will be needed. */
  readonly command: string
  /** Parts that have a file of their own. */
  readonly alone: readonly string[]
  readonly require: (name: string) => unknown
  /** `import()` of a file: in compiled code that was kept Node 20 warns of its own. */
  readonly importModule: (name: string) => Promise<unknown>
}

const programFile = 'program.cjs'
/** What the file of a part gives: what it is in the program. */
type PartAlone = (importModule: LoadOptions['importModule'], filename: string) => PartFunction

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
 * Runs a program of the bundle. To read and compile all of it takes longer than to run it, so the parts that were used are kept for the next run of the
 * same command, and what was compiled of them for the one after: docs/decisions/0009-compiled-code-is-kept.md.
 */
export function loadProgram(options: LoadOptions): void {
  const { folder, part, build, command, alone, require, importModule } = options
  const takeBackFlags = parsing.includes(command) ? compileQuickly() : () => {}
  const name = [part, command, build, process.versions.node, process.arch].join('-')
  const place = word.test(command) ? codeCacheFolder(process.env) : undefined
  const placeOf = (key: string) => (place === undefined ? undefined : `${place}/${key}`)
  const kept = readCode(placeOf(name))
  const filename = join(folder, programFile)
  // Held from the start: a room may need more of it when another version has been installed meanwhile.
  const file = openSync(filename, 'r')
  const loaded: LoadedParts = {}
  const start = (script: Script) =>
    (script.runInThisContext() as Program)(requirePart, importModule, join(folder, `${part}.cjs`), loaded)
  const compiledAlone = new Map<string, Script>()
  let whole: ReturnType<Program> | undefined

  function requirePart(wanted: string): unknown {
    // Parts alone are called so: all else is Node's or a package.
    if (!wanted.startsWith('./')) return require(wanted)
    // Another way than that of the runs before.
    if (!alone.includes(wanted)) return readWhole().load(wanted)
    const key = `${name}-${basename(wanted, '.cjs')}`
    const code = readCode(placeOf(key))?.code
    const path = join(folder, wanted)
    const script = scriptOf(readFileSync(path, 'utf8'), path, code)
    if (!code || script.cachedDataRejected) compiledAlone.set(key, script)
    const module = (loaded[wanted] = { exports: {} })
    const run = script.runInThisContext() as PartAlone
    run(importModule, path)(module, module.exports, program.load)
    return module.exports
  }
  const readWhole = () => (whole ??= start(scriptOf(readFileSync(file, 'latin1'), filename)))

  const script = kept?.text === undefined ? undefined : scriptOf(kept.text, filename, kept.code)
  const program = script ? start(script) : readWhole()
  if (place !== undefined)
    process.on('exit', (status) => {
      if (status !== 0) return
      // What V8 has compiled is good for the flags alone under which it was.
      takeBackFlags()
      const parts = { ...whole?.parts, ...(script && program.parts) }
      const used = Object.keys(parts).filter((one) => one in loaded || (script && one in program.parts))
      const text = whole && programText(used.map((one) => [one, String(parts[one])]))
      if (text !== undefined) writeCode(`${place}/${name}`, { text })
      else if (script && (!kept?.code || script.cachedDataRejected))
        writeCode(`${place}/${name}`, { text: kept!.text, code: script.createCachedData() })
      for (const [key, script] of compiledAlone) writeCode(`${place}/${key}`, { code: script.createCachedData() })
    })
  program.load(`./${part}.cjs`)
}

function scriptOf(text: string, filename: string, cachedData?: Buffer): Script {
  return new Script(text, { filename, ...(cachedData && { cachedData }) })
}
