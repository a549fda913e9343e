import assert from 'node:assert/strict'
import { ownParser } from '../../../../src/merge/syntax/own-grammars.ts'
import type { SyntaxTree } from '../../../../src/merge/syntax/syntax-tree.ts'

const treeOf = (text: string): SyntaxTree => {
  const outcome = ownParser('markdown').parse(text)
  assert.ok(outcome.status === 'parsed')
  return outcome.tree
}

/** Kinds with what is in them, without words and marks. */
function shapeOf(text: string): string {
  const tree = treeOf(text)
  const hidden = new Set(['word', 'marker', 'heading_mark', 'title', 'link_label', 'fence', 'entry'])
  const shape = (node: number): string => {
    const inner = [...tree.children(node)].filter((child) => !hidden.has(tree.kindName(child))).map(shape)
    return `${tree.kindName(node)}${inner.length > 0 ? `(${inner.join(' ')})` : ''}`
  }
  return [...tree.children(0)].map(shape).join(' ')
}

const textsOf = (text: string, kind: string): readonly string[] => {
  const tree = treeOf(text)
  const nodes = Array.from({ length: tree.size }, (_, node) => node)
  return nodes.filter((node) => tree.kindName(node) === kind).map((node) => tree.textOf(node))
}

describe('the parser of Markdown', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['paragraphs between empty lines', 'a\nb\n\n  c\n', 'paragraph(sentence) paragraph(sentence)'],
    [
      'sections in sections',
      '# a\n\n## b\nc\n\n# d\n',
      'section(heading section(heading paragraph(sentence))) section(heading)',
    ],
    ['underlined headings', 'a\n===\n\nb\n---\n', 'section(heading section(heading))'],
    ['no heading without a space', '#a\n', 'paragraph(sentence)'],
    ['no heading in code', '```\n# a\n```\n', 'code'],
    ['fences by their length', '````\n```\n````\n\na\n', 'code paragraph(sentence)'],
    [
      'a fence in an item',
      '- a\n  ```\n  b\n\n  c\n  ```\n- d\n',
      'list(list_item(paragraph(sentence) code) list_item(paragraph(sentence)))',
    ],
    ['a fence without an end as an error', 'a\n\n~~~\nb\n', 'paragraph(sentence) ERROR'],
    ['indented code', 'a\n\n    b\n\nc\n', 'paragraph(sentence) code paragraph(sentence)'],
    [
      'lists of other marks apart',
      '- a\n+ b\n',
      'list(list_item(paragraph(sentence))) list(list_item(paragraph(sentence)))',
    ],
    [
      'lists in items',
      '1. a\n   - b\n2. c\n',
      'list(list_item(paragraph(sentence) list(list_item(paragraph(sentence)))) list_item(paragraph(sentence)))',
    ],
    [
      'lines of an item that are not indented',
      '- a\nb\n\nc\n',
      'list(list_item(paragraph(sentence))) paragraph(sentence)',
    ],
    ['a break, no list', '- - -\n', 'thematic_break'],
    ['quotes and HTML whole', '> a\nb\n\n<p>\nc\n\n<!-- d\n\ne -->\nf\n', 'quote html html paragraph(sentence)'],
    ['tables of rows', 'a | b\n--|--\nc | d\n\ne\n', 'table(table_row table_row table_row) paragraph(sentence)'],
    [
      'rows with other cells as errors',
      '|a|b|\n|-|-|\n|c|\n|`d|e`|f\\|g|\n',
      'table(table_row table_row ERROR table_row)',
    ],
    ['front matter at the very start', '---\na: 1\n---\nb\n', 'front_matter(front_matter_data) paragraph(sentence)'],
    ['keys that stand twice in it as errors', '---\na: 1\nb: 2\na: 3\n---\n', 'front_matter(front_matter_data(ERROR))'],
    ['definitions', '[a]: b\n[c]: d "e"\n', 'link_definition link_definition'],
    ['lines that end in two signs', '# a\r\n\r\nb\r\n', 'section(heading paragraph(sentence))'],
  ]
  for (const [what, text, expected] of cases)
    it(`reads ${what}`, () => {
      assert.equal(shapeOf(text), expected)
    })

  it('takes sentences by their ends and beginnings', () => {
    assert.deepEqual(textsOf('One, e.g. this. Two! (Three?)\n**Four** of 1.5 units.', 'sentence'), [
      'One, e.g. this.',
      'Two!',
      '(Three?)',
      '**Four** of 1.5 units.',
    ])
  })

  it('takes a line break of two spaces for a part of the word before it', () => {
    assert.deepEqual(textsOf('a  \nb  \n', 'word'), ['a  ', 'b'])
  })

  it('finds labels where they are bound and used', () => {
    assert.deepEqual(textsOf('see [a][b], [c](d)\n\n[b]: e\n', 'link_label'), ['b', 'b'])
  })

  it('reads texts that are made to be slow in a time that grows as they do', function () {
    this.timeout(20_000)
    const parts = [
      '# ',
      '- ',
      '- + ',
      '> ',
      '```\n',
      '```\n```\n',
      '<a\n\n',
      '<!-- ',
      '|',
      '`|',
      '][',
      '[a',
      '. ',
      '1. a\n  ',
      '\n',
      '*',
      '\t',
      'a | b\n-|-\n',
    ]
    for (const part of parts)
      for (const text of [part.repeat(300_000 / part.length), `# a${part.repeat(300_000 / part.length)}x`])
        assert.ok(treeOf(text).size > 0)
  })

  it('gives up texts that are too long', () => {
    assert.equal(ownParser('markdown').parse(' '.repeat(1_000_001)).status, 'gave-up')
  })
})
