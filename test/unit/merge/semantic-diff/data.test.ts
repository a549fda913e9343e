import assert from 'node:assert/strict'
import { changesOf, described } from './described.ts'

describe('the diff of data', () => {
  it('tells keys by their path, with both values', async () => {
    const before = '{\n  "version": "1.0.0",\n  "files": ["a", "b"],\n  "gone": {"a": 1},\n  "a/b": {"~": 1}\n}\n'
    const after = '{\n  "version": "1.1.0",\n  "files": ["a", "c"],\n  "a/b": {"~": 2},\n  "new": [1]\n}\n'
    assert.deepEqual(await changesOf('x.json', before, after), [
      'changed key /version: "1.0.0" -> "1.1.0"',
      'changed element /files/1: "b" -> "c"',
      'changed key /a~1b/~0: 1 -> 2',
      'removed key /gone: {"a": 1} -> ',
      'added key /new:  -> [1]',
    ])
  })

  it('knows elements by what identifies them, wherever they stand', async () => {
    const before = 'jobs:\n  - name: build\n    runs: 1\n  - name: test\n    runs: 2\n'
    const after = 'jobs:\n  - name: test\n    runs: 3\n  - name: build\n    runs: 1\n'
    assert.deepEqual(await changesOf('x.yaml', before, after), [
      'moved element /jobs/0 <- /jobs/1',
      'changed key /jobs/0/runs <- /jobs/1/runs: 2 -> 3',
    ])
  })

  it('tells that only the way of writing differs by lines', async () => {
    assert.deepEqual(await changesOf('x.toml', 'a = "x" # why\n', "a = 'x'\n"), ['changed lines '])
  })

  it('shortens long values', async () => {
    const long = 'x'.repeat(500)
    const [told] = await changesOf('x.json', '{"a": 1}\n', `{"a": "${long}"}\n`)
    assert.match(told!, /^changed key \/a: 1 -> "x{78}…$/)
  })

  it('takes a file that cannot be read for text', async () => {
    const [file] = await described({ 'x.json': ['{"a": 1}\n', '{"a": \n'] })
    assert.equal(file!.modality, 'text')
  })
})

interface Cell {
  readonly cell_type: string
  readonly id?: string
  readonly source: string | readonly string[]
  readonly outputs?: readonly unknown[]
  readonly execution_count?: number | null
}

const notebook = (...cells: readonly Cell[]) =>
  `${JSON.stringify({ cells, metadata: { kernel: 'python' }, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`

describe('the diff of notebooks', () => {
  const text: Cell = { cell_type: 'markdown', id: 'text', source: '# Title' }
  const code: Cell = { cell_type: 'code', id: 'code', source: ['a = 1\n', 'b = 2'], outputs: [], execution_count: 1 }

  it('tells cells by their ids, and which part of them differs', async () => {
    const changed = { ...code, source: ['a = 1\n', 'b = 3'], outputs: [{ data: 3 }], execution_count: 2 }
    assert.deepEqual(await changesOf('x.ipynb', notebook(text, code), notebook(changed, text)), [
      'moved code cell /cells/0 <- /cells/1 (source, outputs, execution count)',
    ])
  })

  it('knows cells without ids by their source, and those between by likeness', async () => {
    const [bareText, bareCode] = [text, code].map(({ cell_type, source, outputs }): Cell => ({
      cell_type,
      source,
      ...(outputs && { outputs }),
    })) as [Cell, Cell]
    const more = { ...bareCode, source: ['a = 1\n', 'b = 2\n', 'c = 3'] }
    const other: Cell = { cell_type: 'markdown', source: 'other' }
    assert.deepEqual(await changesOf('x.ipynb', notebook(bareText, bareCode), notebook(other, bareText, more)), [
      'added markdown cell /cells/0',
      'changed code cell /cells/2 <- /cells/1 (source) ?',
    ])
  })

  it('tells the rest of a notebook as data', async () => {
    const before = notebook(text)
    assert.deepEqual(await changesOf('x.ipynb', before, before.replace('python', 'julia')), [
      'changed key /metadata/kernel: "python" -> "julia"',
    ])
  })

  it('does not fail on cells that are none', async () => {
    const odd = '{"cells": [1, {"id": 5, "source": {}}, null], "metadata": {}}\n'
    assert.ok((await changesOf('x.ipynb', odd, odd.replace('1,', '2,'))).length > 0)
  })
})
