import assert from 'node:assert/strict'
import { mergeAsData } from '../../../../src/merge/merge-as-data.ts'
import { mergeByLines } from '../../../../src/merge/merge-by-lines.ts'
import type { MergeTextResult } from '../../../../src/merge/merge-result.ts'
import type { NotebookCell } from '../../../support/merge-fuzz/notebook-driver.ts'

function notebook(cells: readonly NotebookCell[], metadata: Readonly<Record<string, unknown>> = {}): string {
  const minor = cells.some(({ id }) => id !== undefined) ? 5 : 4
  return `${JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: minor }, null, 1)}\n`
}

function code(id: string | undefined, source: string, count: number | null = null, output = ''): NotebookCell {
  const outputs = output === '' ? [] : [{ name: 'stdout', output_type: 'stream', text: [output] }]
  return {
    cell_type: 'code',
    execution_count: count,
    ...(id !== undefined && { id }),
    metadata: {},
    outputs,
    source: source.match(/[^\n]*\n|[^\n]+$/g) ?? [],
  }
}

function merge(base: string, left: string, right: string): MergeTextResult {
  const input = { path: 'work/a.ipynb', base, left, right }
  const lines = mergeByLines(input)
  return mergeAsData(input, lines) ?? lines
}

function cellsOf(text: string): readonly NotebookCell[] {
  return (JSON.parse(text) as { readonly cells: readonly NotebookCell[] }).cells
}

/** What nbformat 4 asks of cells. */
function assertNotebook(text: string): void {
  const { nbformat, metadata } = JSON.parse(text) as { nbformat: number; metadata: unknown }
  assert.equal(nbformat, 4)
  assert.equal(typeof metadata, 'object')
  const ids = cellsOf(text).flatMap(({ id }) => (id === undefined ? [] : [id]))
  assert.equal(new Set(ids).size, ids.length, text)
  assert.ok(ids.every((id) => /^[A-Za-z0-9_-]{1,64}$/.test(id)))
  for (const { cell_type, source, outputs, execution_count, metadata } of cellsOf(text)) {
    assert.ok(Array.isArray(source) && typeof metadata === 'object')
    if (cell_type === 'code') assert.ok(Array.isArray(outputs) && execution_count !== undefined)
  }
}

describe('the merge of notebooks', () => {
  it('merges cells by their ids, and lines in them', () => {
    const one = code('one', 'a = 1\nb = 2\nc = 3\n')
    const merged = merge(
      notebook([one, code('two', 'x')]),
      notebook([code('one', 'a = 10\nb = 2\nc = 3\n'), code('two', 'x'), code('three', 'y')]),
      notebook([code('zero', 'w'), code('one', 'a = 1\nb = 2\nc = 30\n'), code('two', 'x')]),
    )
    assert.equal(merged.status, 'clean')
    assert.equal(
      merged.text,
      notebook([code('zero', 'w'), code('one', 'a = 10\nb = 2\nc = 30\n'), code('two', 'x'), code('three', 'y')]),
    )
  })

  it('clears outputs and counts that both sides ran anew', () => {
    const merged = merge(
      notebook([code('one', 'run()', 1, 'a')]),
      notebook([code('one', 'run()', 7, 'b')]),
      notebook([code('one', 'run()', 9, 'c')]),
    )
    assert.equal(merged.status, 'clean')
    assert.equal(merged.text, notebook([code('one', 'run()')]))
  })

  it('keeps outputs that one side ran anew, and the language that the left found', () => {
    const language = (version: string) => ({ language_info: { name: 'python', version } })
    const merged = merge(
      notebook([code('one', 'run()', 1, 'a'), code('two', 'x')], language('3.10')),
      notebook([code('one', 'run()', 2, 'b'), code('two', 'x')], language('3.11')),
      notebook([code('one', 'run()', 1, 'a'), code('two', 'y')], language('3.12')),
    )
    assert.equal(merged.status, 'clean')
    assert.equal(merged.text, notebook([code('one', 'run()', 2, 'b'), code('two', 'y')], language('3.11')))
  })

  it('shows a conflict as cells', () => {
    const merged = merge(
      notebook([code('one', 'a'), code('two', 'x')]),
      notebook([code('one', 'a'), code('two', 'y')]),
      notebook([code('one', 'b'), code('two', 'z')]),
    )
    assert.equal(merged.status, 'conflict')
    assert.deepEqual(
      cellsOf(merged.text).map(({ id, source }) => [id, source.join('')]),
      [
        ['one', 'b'],
        ['conflict-1-left', '<<<<<<< left'],
        ['two', 'y'],
        ['conflict-1-between', '======='],
        ['conflict-1-two', 'z'],
        ['conflict-1-right', '>>>>>>> right'],
      ],
    )
    assert.deepEqual(merged.conflicts[0]?.entries, [{ pointer: '/cells/two/source/0', reason: 'both-changed' }])
    const { from, end } = merged.conflicts[0].lines
    const lines = merged.text.split('\n').slice(from, end)
    assert.ok(lines[0]!.includes('<<<<<<< left') && lines.at(-1)!.includes('>>>>>>> right'))
  })

  it('matches cells without ids by their source alone', () => {
    const merged = merge(
      notebook([code(undefined, 'a', 1, 'x'), code(undefined, 'b')]),
      notebook([code(undefined, 'a', 2, 'y'), code(undefined, 'b')]),
      notebook([code(undefined, 'a', 3, 'z'), code(undefined, 'c')]),
    )
    assert.equal(merged.status, 'clean')
    assert.equal(merged.text, notebook([code(undefined, 'a'), code(undefined, 'c')]))
  })

  it('shows a cell that both sides have at different places under two ids', () => {
    const [a, b, c] = [code('a', 'a = 1\n'), code('b', 'b = 1\n'), code('c', 'c = 1\n')]
    const changed = code('c', 'c = 2\n')
    const merged = merge(notebook([a, b, c]), notebook([a, c]), notebook([a, changed, b]))
    assert.equal(merged.status, 'conflict')
    assertNotebook(merged.text)
  })

  for (const [name, id] of [
    ['with an id', 'c'],
    ['without one', undefined],
  ] as const)
    it(`conflicts where a cell ${name} was moved and changed here, and deleted there, though the lines merge`, () => {
      const other = code(id && 'a', 'a = 1\n')
      const [cell, changed] = ['c = 1\nd = 1\n', 'c = 1\nd = 2\n'].map((source) => code(id, source))
      const merged = merge(notebook([cell!, other]), notebook([other, changed!]), notebook([other]))
      assert.equal(merged.status, 'conflict')
      assertNotebook(merged.text)
    })

  it('conflicts where much of a cell without an id was changed as it was moved here, and it was deleted there', () => {
    const [a, b] = [code(undefined, 'a = 1\n'), code(undefined, 'b = 1\n')]
    const cell = { cell_type: 'markdown', metadata: {}, source: ['one\n', 'two\n', 'three\n', 'four\n'] } as const
    const changed = { ...cell, metadata: { tag: 1 }, source: ['one\n', '2\n', 'three\n', '4\n'] }
    const merged = merge(notebook([a, b, cell]), notebook([a, changed, b]), notebook([a, b]))
    assert.equal(merged.status, 'conflict')
    assertNotebook(merged.text)
  })

  it('takes no small cell that was added for one that was deleted, and moved and changed on the other side', () => {
    const text = (source: string) => ({ cell_type: 'markdown', metadata: {}, source: [`${source}\n`] }) as const
    const cell = code(undefined, 'c = 1\nd = 2\ne = 3\nf = 4\n', 58)
    const merged = merge(
      notebook([text('a'), text('b'), text('c'), cell]),
      notebook([text('a'), code(undefined, 'c\n', 55), text('b'), text('c')]),
      notebook([text('a'), text('b'), { ...cell, metadata: { tag: 1 } }, text('c')]),
    )
    assert.equal(merged.status, 'conflict')
    assertNotebook(merged.text)
  })

  it('has no cell twice that both sides moved apart and changed, though the lines merge', () => {
    const [a, b] = [code('a', 'a = 1\n'), code('b', 'b = 1\n')]
    const [cell, left, right] = ['c = 1\nd = 1\n', 'c = 1\nd = 2\n', 'c = 2\nd = 1\n'].map((text) => code('c', text))
    const merged = merge(notebook([a, b, cell!]), notebook([a, left!, b]), notebook([right!, a, b]))
    assert.equal(merged.status, 'conflict')
    assertNotebook(merged.text)
  })
})
