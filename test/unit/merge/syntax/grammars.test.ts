import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { AnvcsError } from '../../../../src/contracts/errors.ts'
import { languages } from '../../../../src/merge/languages/languages.ts'
import { compiledWasm } from '../../../../src/merge/syntax/compiled-wasm.ts'
import { grammarDigests } from '../../../../src/merge/syntax/grammar-digests.ts'
import { isOwnGrammar } from '../../../../src/merge/syntax/own-grammars.ts'
import { compileWasmQuickly } from '../../../../src/node/compile-quickly.ts'
import { nodeCrypto } from '../../../../src/node/crypto.ts'
import { grammarFiles } from '../../../../src/node/grammar-files.ts'
import type { GrammarFile } from '../../../../tools/grammars/build.ts'
import { sources } from '../../../../tools/grammars/sources.ts'
import { projectRoot } from '../../../support/project.ts'
import { parserOf, samples, treeOf } from './samples.ts'

const folder = join(projectRoot, 'grammars')
const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')
const files = JSON.parse(read('grammars/grammars.json')) as readonly GrammarFile[]

interface Packages {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

describe('the grammars of the package', () => {
  before(compileWasmQuickly)

  it('are the files of grammars.json, with their sizes and digests, and those that merging asks for', () => {
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.gz')),
      files.map(({ name }) => `${name}.wasm.gz`),
    )
    for (const { name, sha256, sizeBytes } of files) {
      const wasm = gunzipSync(readFileSync(join(folder, `${name}.wasm.gz`)))
      assert.equal(wasm.length, sizeBytes, name)
      assert.equal(createHash('sha256').update(wasm).digest('hex'), sha256, name)
    }
    assert.deepEqual(grammarDigests, Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256])))
  })

  it('have free licences, whose texts are there', () => {
    const sections = new Set(
      [...read('grammars/licences.txt').matchAll(/^== (\S+)\n\n(?=\S)/gm)].map(([, name]) => name),
    )
    for (const { name, package: from, licence } of files) {
      assert.match(licence, /^(MIT|Unlicense|Apache-2\.0)$/, name)
      assert.ok(sections.has(from), from)
    }
    for (const { grammarOf } of sources) assert.ok(!grammarOf || sections.has(grammarOf), grammarOf)
  })

  it('were built from the versions that tools/grammars names, the runtime from the one that is a dependency', () => {
    const built = JSON.parse(read('tools/grammars/package.json')) as Packages
    for (const { package: from, version } of files) assert.equal(built.devDependencies[from], version, from)
    const ours = JSON.parse(read('package.json')) as Packages
    assert.equal(ours.dependencies['web-tree-sitter'], built.devDependencies['web-tree-sitter'])
  })

  it('are one for each language, and there is a sample of each', () => {
    const names = languages.map(({ grammar }) => grammar).sort()
    assert.deepEqual(
      names.filter((name) => !isOwnGrammar(name)),
      Object.keys(grammarDigests)
        .filter((name) => name !== 'web-tree-sitter')
        .sort(),
    )
    assert.deepEqual(samples.map(({ language }) => language.grammar).sort(), names)
  })

  for (const { path, language, text } of samples)
    it(`of ${language.name} loads, parses ${path} without an error, and has the kinds that its table names`, async () => {
      const tree = await treeOf(language, text)
      assert.equal(tree.errorCount(), 0)
      assert.ok(tree.size > 100)
      const { grammar } = await parserOf(language)
      for (const kind of [...language.trivia, ...language.verbatim]) assert.ok(grammar.kind(kind) !== undefined, kind)
    })

  it('lie where both the compiled sources and the bundle look for them', () => {
    for (const place of ['dist/src/node/', 'dist/bundle/cli/'])
      assert.equal(join(projectRoot, place, '../../../grammars'), folder)
    const { files: published } = JSON.parse(read('package.json')) as { readonly files: readonly string[] }
    assert.ok(published.includes('grammars'))
  })

  it('are refused when they are others than those of this version', async () => {
    assert.ok((await compiledWasm('json', grammarFiles, nodeCrypto)) instanceof WebAssembly.Module)
    const changed = { wasm: async (name: string) => (await grammarFiles.wasm(name)).slice(0, -1) }
    const isRefusal = (error: unknown) => AnvcsError.is(error, 'GRAMMAR_UNAVAILABLE')
    await assert.rejects(compiledWasm('json', changed, nodeCrypto), isRefusal)
    await assert.rejects(grammarFiles.wasm('klingon'), isRefusal)
  })
})
