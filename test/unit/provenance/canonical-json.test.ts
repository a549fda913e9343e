import assert from 'node:assert/strict'
import fc from 'fast-check'
import { canonicalJson, parseCanonicalJson, type JsonValue } from '../../../src/provenance/canonical-json.ts'

const limits = { maxBytes: 10_000, maxDepth: 8, maxValues: 1000 }

describe('canonical JSON', () => {
  // RFC 8785, appendix B: bits of the double, and its text.
  const numbers: readonly (readonly [string, string])[] = [
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ]

  it('prints numbers as the vectors of RFC 8785 say', () => {
    for (const [bits, text] of numbers) assert.equal(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE()), text)
  })

  it('has no text for NaN, infinities and lone surrogates', () => {
    for (const value of [NaN, Infinity, -Infinity, '\ud800', { '\udead': 1 }, ['x\udc00']])
      assert.throws(() => canonicalJson(value), { code: 'INTERNAL' })
  })

  it('prints the example of RFC 8785, section 3.2.2', () => {
    const value = JSON.parse(
      String.raw`{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`,
    ) as JsonValue
    assert.equal(
      canonicalJson(value),
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    )
  })

  it('sorts keys by UTF-16 units, as in RFC 8785, section 3.2.3', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6']
    const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])))
    assert.deepEqual(
      [...text.matchAll(/"([^"]+)":/g)].map((match) => match[1]),
      ['\\r', '1', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33'],
    )
  })

  it('reads back whatever it prints', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }), (value) => {
        const text = canonicalJson(value as JsonValue)
        const read = parseCanonicalJson(text, { maxBytes: 1e6, maxDepth: 10, maxValues: 1e4 })
        assert.equal(canonicalJson(read!), text)
        assert.deepEqual(read, JSON.parse(text))
      }),
    )
  })

  it('refuses every other spelling', () => {
    const others = ['{"b":1,"a":2}', '[1, 2]', '1.0', '-0', '1E3', '"\\u0041"', '"\\/"', '{"a":1,"a":1}', ' 1', '1\n']
    for (const text of [...others, '', 'nul', '1e999', '"\\ud800"', '\ufeff1'])
      assert.equal(parseCanonicalJson(text, limits), undefined, text)
  })

  it('refuses what is too long, too deep or too much, without a stack overflow', () => {
    assert.equal(parseCanonicalJson(JSON.stringify('é'.repeat(5001)), limits), undefined)
    assert.equal(parseCanonicalJson('['.repeat(9) + ']'.repeat(9), limits), undefined)
    assert.notEqual(parseCanonicalJson('['.repeat(8) + ']'.repeat(8), limits), undefined)
    assert.equal(parseCanonicalJson(JSON.stringify(Array(1001).fill(0)), limits), undefined)
    const deep = '['.repeat(200_000) + ']'.repeat(200_000)
    assert.equal(parseCanonicalJson(deep, { ...limits, maxBytes: 1e6 }), undefined)
  })

  it('keeps a key that is called __proto__ a key', () => {
    const read = parseCanonicalJson('{"__proto__":{"x":1}}', limits)
    assert.deepEqual(Object.keys(read as object), ['__proto__'])
    assert.equal(canonicalJson(read!), '{"__proto__":{"x":1}}')
  })
})
