import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { sources, type Source } from './sources.ts'

/** What `grammars/grammars.json` says of one file `<name>.wasm.gz`. */
export interface GrammarFile {
  readonly name: string
  readonly package: string
  readonly version: string
  /** SPDX identifier; the text is in `grammars/licences.txt`. */
  readonly licence: string
  /** Of the uncompressed wasm, in hexadecimal. */
  readonly sha256: string
  readonly sizeBytes: number
}

const root = fileURLToPath(new URL('../../../', import.meta.url))
const outputFolder = join(root, 'grammars')

/** Installs the packages of tools/grammars below the system's folder for temporary files, without running their scripts. */
function install(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anvcs-grammars-'))
  for (const name of ['package.json', 'package-lock.json'])
    cpSync(join(root, 'tools/grammars', name), join(folder, name))
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] })
  return folder
}

function take(packages: string, { name, from, path }: Source): GrammarFile {
  const folder = join(packages, from)
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly version: string
    readonly license: string
  }
  const wasm = readFileSync(join(folder, path))
  writeFileSync(join(outputFolder, `${name}.wasm.gz`), gzipSync(wasm, { level: 9 }))
  const sha256 = createHash('sha256').update(wasm).digest('hex')
  return { name, package: from, version, licence: license, sha256, sizeBytes: wasm.length }
}

/** The licence texts, one section for each package. A grammar that another package built has two: the text and the build. */
function licences(packages: string): string {
  const names = [...new Set(sources.flatMap(({ from, grammarOf = from }) => [from, grammarOf]))].sort()
  const sections = names.map((name) => {
    const file = readdirSync(join(packages, name)).find((entry) => /^licen[cs]e/i.test(entry))
    if (file === undefined) throw new Error(`${name} has no licence text`)
    return `== ${name}\n\n${readFileSync(join(packages, name, file), 'utf8').trim()}\n`
  })
  return sections.join('\n')
}

function digests(files: readonly GrammarFile[]): string {
  const rows = files.map(({ name, sha256 }) => `  ${/\W/.test(name) ? `'${name}'` : name}: '${sha256}',`)
  return `/**
 * SHA-256 of each wasm that merging loads. They belong to the merge version: with another grammar peers would come to other results.
 * Written by \`npm run grammars\`.
 */
export const grammarDigests = {
${rows.join('\n')}
} as const
`
}

/** Renews `grammars/` and the digests from the packages that tools/grammars/package-lock.json names. */
function build(): void {
  const folder = install()
  try {
    const packages = join(folder, 'node_modules')
    rmSync(outputFolder, { recursive: true, force: true })
    mkdirSync(outputFolder)
    const files = sources.map((source) => take(packages, source))
    writeFileSync(join(outputFolder, 'grammars.json'), `${JSON.stringify(files, null, 2)}\n`)
    writeFileSync(join(outputFolder, 'licences.txt'), licences(packages))
    writeFileSync(join(root, 'src/merge/syntax/grammar-digests.ts'), digests(files))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) build()
