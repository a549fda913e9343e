import { readFileSync } from 'node:fs'
import { languageOf } from '../src/merge/languages/language-of.ts'
import { Parsers } from '../src/merge/syntax/parsers.ts'
import { compileWasmQuickly } from '../src/node/compile-quickly.ts'
import { nodeCrypto } from '../src/node/crypto.ts'
import { grammarFiles } from '../src/node/grammar-files.ts'

// `node parse-child.js FILE`: the CPU time that a process that has just begun takes to load the parser of the file's language, and to parse it.

const path = process.argv[2]!
const text = readFileSync(path, 'utf8')
compileWasmQuickly()
const began = process.cpuUsage()
const parser = await new Parsers(grammarFiles, nodeCrypto).parser(languageOf(path, text)!.grammar)
const loaded = process.cpuUsage()
parser.parse(text)
const cpuMs = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000
console.log(
  JSON.stringify({
    load: cpuMs(loaded) - cpuMs(began),
    parse: cpuMs(process.cpuUsage(loaded)),
    process: cpuMs(process.cpuUsage()),
  }),
)
