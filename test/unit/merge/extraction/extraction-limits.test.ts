import assert from 'node:assert/strict'
import { mergeText } from '../../../../src/merge-on-node.ts'

const merge = async (base: string, left: string, right: string, path = 'a.ts') => {
  const merged = await mergeText({ path, base, left, right })
  const exchanged = await mergeText({ path, base, left: right, right: left })
  assert.equal(exchanged.status, merged.status)
  if (merged.status === 'clean') assert.equal(exchanged.text, merged.text)
  return merged
}
const rest = '\nexport function other() {\n  return 0\n}\n'
const loop = (rows: string, value = 'row.price', more = ''): string =>
  `  let total = 0\n  for (const row of ${rows}) {\n    count(row)\n    total += ${value}\n${more}  }\n  check(total)\n`
const whole = (body: string, tail = 'total * rate'): string =>
  `export function invoice(items, rate) {\n  start()\n${body}  finish(rate)\n  return ${tail}\n}\n${rest}`
const part = (body: string, call = '  const total = sum(items)\n', more = ''): string =>
  `${whole(call)}\nfunction sum(rows) {\n${body}  return total\n}\n${more}`

describe('statements that were made a function of their own', () => {
  const [base, left] = [whole(loop('items')), part(loop('rows'))]

  it('take changes of the other side, and it changes what is around them', async () => {
    const merged = await merge(base, left, whole(loop('items', 'row.price * items.length'), 'total + rate'))
    assert.equal(merged.text, part(loop('rows', 'row.price * rows.length')).replace('total * rate', 'total + rate'))
    assert.equal(merged.status, 'clean')
  })

  for (const [why, changed] of [
    ['leaves the function', whole(loop('items', 'row.price', '    if (row.last) return total\n'))],
    ['names what only a method has', whole(loop('items', 'this.price(row)'))],
    [
      'names in a text what the function does not have',
      whole(loop('items', 'row.price', '    note(`${rate} of ${row}`)\n')),
    ],
    ['waits', whole(loop('items', 'await row.price'))],
    ['writes to an argument', whole(loop('items', 'row.price', '    items = rest(items)\n'))],
    ['writes to a parameter of the whole', whole(loop('items', 'row.price', '    rate += 1\n'))],
    ['is a name that the function has for something else', whole(loop('items', 'rows.price'))],
    [
      'declares what is used behind them',
      whole(loop('items').replace('  check', '  const rest = total\n  check'), 'rest'),
    ],
    ['renames what they give', whole(loop('items').replaceAll('total', 'sums'), 'sums')],
    ['stands at their start', whole(`  note(items)\n${loop('items')}`)],
    ['stands at their end', whole(`${loop('items')}  note(items)\n`)],
    ['takes some away at the end', whole(loop('items').replace('  check(total)\n', ''))],
    ['takes them away', whole('  const total = 0\n')],
  ] as const)
    it(`conflict where a change of the other side ${why}`, async () => {
      const merged = await merge(base, left, changed)
      assert.ok(merged.status === 'conflict', merged.text)
      const found = merged.findings?.find(({ check }) => check === 'extracted')
      assert.deepEqual(found, { check: 'extracted', name: 'sum', at: { side: 'left', line: 11 } })
    })

  for (const [why, extracted] of [
    ['changed on the way', part(loop('rows', 'row.price + 1'))],
    ['called twice', part(loop('rows')).replace('return 0', 'return sum([])')],
    ['called with a default', part(loop('rows')).replace('(rows)', '(rows = [])')],
    ['called in another function', part(loop('rows'), '').replace('return 0', 'return sum([])')],
  ] as const)
    it(`conflict where they were ${why}`, async () => {
      const merged = await merge(base, extracted, whole(loop('items', 'row.price * 2')))
      assert.equal(merged.status, 'conflict', merged.text)
    })

  it('conflict where the function knows less than what is around them', async () => {
    for (const [from, to] of [
      ['(() => {\n  const own = 1\n', '})()\n'],
      ['namespace Own {\n  const own = 1\n', '}\n'],
      ["describe('own', () => {\n  const own = 1\n", '})\n'],
    ] as const) {
      const inside = (text: string, more = '') => {
        const at = text.indexOf(rest)
        return `${from}${text.slice(0, at)}${to}${text.slice(at)}${more}`
      }
      const sum = part(loop('rows')).slice(part(loop('rows')).indexOf('\nfunction sum'))
      const left = inside(whole('  const total = sum(items)\n'), sum)
      const merged = await merge(inside(base), left, inside(whole(loop('items', 'row.price * own'))))
      assert.equal(merged.status, 'conflict', merged.text)
    }
  })

  it('conflict where a type around them declares what is named', async () => {
    const type = (text: string, more = '') =>
      `class Bill<Own> {\n${text.slice(0, text.indexOf(rest)).replace('export function ', '  ')}}\n${rest}${more}`
    const sum = part(loop('rows')).slice(part(loop('rows')).indexOf('\nfunction sum'))
    const left = type(whole('  const total = sum(items)\n'), sum)
    for (const [value, isClean] of [
      ['(row as Own).price', false],
      ['row.price * 2', true],
    ] as const) {
      const merged = await merge(type(base), left, type(whole(loop('items', value))))
      assert.equal(merged.status, isClean ? 'clean' : 'conflict', merged.text)
    }
  })

  it('conflict where both sides extracted them', async () => {
    const other = part(loop('rows', 'row.price * 2')).replaceAll('sum', 'add')
    assert.equal((await merge(base, left, other)).status, 'conflict')
  })
})

describe('expressions that were made a function of their own', () => {
  const program = (value: string, more = ''): string =>
    `export function area(shape, scale) {\n  start(shape)\n${value}  finish(shape)\n  return size\n}\n${rest}${more}`
  const made = (result: string): string => `\nfunction sizeOf(box) {\n  return ${result}\n}\n`

  it('take changes of the other side', async () => {
    const base = program('  const size = shape.width * shape.height\n')
    const left = program('  const size = sizeOf(shape)\n', made('box.width * box.height'))
    const merged = await merge(base, left, program('  const size = shape.width * shape.height + border\n'))
    assert.equal(merged.text, program('  const size = sizeOf(shape)\n', made('box.width * box.height + border')))
    assert.equal(merged.status, 'clean')
  })

  it('are changed where they were put back, unless a sign beside them would take a part', async () => {
    const [result, changed] = ['box.width', 'box.width + border']
    for (const [place, isClean] of [
      ['  const size = #\n', true],
      ['  const size = shape.scale * #\n', false],
      ['  const size = # * shape.scale\n', false],
      ['  const size = -#\n', false],
      ['  const size = max(#, 0)\n', true],
    ] as const) {
      const put = (value: string) => program(place.replace('#', value))
      const base = put('sizeOf(shape)') + made(result)
      const merged = await merge(base, put('shape.width'), put('sizeOf(shape)') + made(changed))
      assert.equal(merged.status, isClean ? 'clean' : 'conflict', merged.text)
      if (isClean) assert.equal(merged.text, put('shape.width + border'))
    }
  })

  it('may be waited for, and be of the method that they stand in', async () => {
    const type = (value: string, more = '') =>
      `class Shape {\n  async area(shape) {\n    this.start(shape)\n    const size = ${value}\n    return size\n  }\n${more}\n  other() {\n    return 0\n  }\n}\n`
    const method = (result: string) => `\n  async sizeOf(box) {\n    return ${result}\n  }\n`
    const left = type('await this.sizeOf(shape)', method('this.width(box) + 1'))
    const merged = await merge(type('this.width(shape) + 1'), left, type('this.width(shape) + border'))
    assert.equal(merged.text, left.replace('box) + 1', 'box) + border'))
  })
})

describe('a method that was there before', () => {
  for (const name of ['sizeOf', '#sizeOf'])
    it(`was not extracted: ${name}`, async () => {
      const type = (value: string) =>
        `class Shape {\n  area(shape) {\n    this.start(shape)\n    const size = ${value}\n    return size\n  }\n\n  ${name}(box) {\n    return box.width + 1\n  }\n}\n`
      const merged = await merge(type('shape.width + 1'), type(`this.${name}(shape)`), type('shape.width + border'))
      assert.ok(merged.status === 'conflict', merged.text)
      assert.equal(merged.findings, undefined)
    })
})

describe('the property of extractions', () => {
  it('is that nothing is lost: a merge has what both sides did, or conflicts', async () => {
    const names = ['row', 'items', 'rate', 'total', 'rows', 'border', 'this']
    const values = names.flatMap((one) => names.map((two) => `${one}.price + ${two}.count`))
    const known = new Set(['row', 'items', 'total', 'border'])
    let clean = 0
    for (const value of values) {
      const words = value.match(/\b(?:\w+)(?=\.)/g)!
      const translated = value.replaceAll('items', 'rows')
      const [from, to] = [whole(loop('items', value)), part(loop('rows', translated))]
      const merged = await mergeText({
        path: 'a.ts',
        base: whole(loop('items')),
        left: part(loop('rows')),
        right: from,
      })
      assert.equal(merged.status, words.every((word) => known.has(word)) ? 'clean' : 'conflict', value)
      if (merged.status === 'clean') assert.equal(merged.text, to)
      clean += merged.status === 'clean' ? 1 : 0
    }
    assert.equal(clean, 16)
  })
})
