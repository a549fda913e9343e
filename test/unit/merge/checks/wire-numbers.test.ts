import assert from 'node:assert/strict'
import { mergeText } from '../../../../src/merge-on-node.ts'

const fields = Array.from({ length: 8 }, (_, i) => `  string f${i} = ${i + 1};`)
const message = `message A {\n${fields.join('\n')}\n}\n`
const values = Array.from({ length: 6 }, (_, i) => `  V${i} = ${i};`)

type Edit = readonly [line: string, by: string]

async function merged(path: string, base: string, left: Edit, right: Edit): Promise<string> {
  const edited = ([line, by]: Edit): string => {
    assert.ok(base.includes(line))
    return base.replace(line, by)
  }
  const result = await mergeText({ path, base, left: edited(left), right: edited(right) })
  if (result.status === 'clean') return result.certificate.checks.includes('wire') ? 'clean' : 'unchecked'
  return (result.findings ?? []).map(({ check, name }) => `${check} ${name}`).join('; ')
}

const behind = (line: string, added: string): Edit => [line, `${line}\n${added}`]

describe('numbers of interface languages', () => {
  it('are not given to two fields by two sides, wherever these stand', async () => {
    assert.equal(
      await merged('a.proto', message, behind(fields[0]!, '  int32 a = 9;'), behind(fields[6]!, '  int32 b = 0x9;')),
      'wire A 9: a = 9, b = 9',
    )
    const [first, second] = [behind(fields[7]!, '  int32 a = 9;'), behind(fields[7]!, '  int32 b = 9;')]
    assert.equal(await merged('a.proto', message, first, second), 'wire A 9: a = 9, b = 9')
    assert.equal(await merged('a.proto', message, first, behind(fields[7]!, '  int32 b = 10;')), 'clean')
    const oneof = behind(fields[1]!, '  oneof x {\n    bool c = 9;\n  }')
    assert.equal(
      await merged('a.proto', message, behind(fields[6]!, '  map<string, A> m = 9;'), oneof),
      'wire A 9: c = 9, m = 9',
    )
  })

  it('nor names, of one message and of enums beside each other', async () => {
    const oneof = behind(fields[1]!, '  oneof x {\n    bool c = 9;\n  }')
    assert.equal(
      await merged('a.proto', message, behind(fields[6]!, '  bool c = 10;'), oneof),
      'wire A c: c = 9, c = 10',
    )
    const enums = `enum E {\n${values.join('\n')}\n}\n\nenum F {\n  W0 = 0;\n}\n`
    const found = await merged('a.proto', enums, behind(values[0]!, '  X = 7;'), behind('  W0 = 0;', '  X = 1;'))
    assert.equal(found, 'wire X: X = 7, X = 1')
  })

  it('are not used by one side and reserved by the other', async () => {
    const cases = [
      ['reserved 9;', 'A 9: a is reserved'],
      ['reserved 20, 9 to max;', 'A 9: a is reserved'],
      ['reserved "b", "a";', 'A 9: a is reserved'],
      ['reserved a;', 'A 9: a is reserved'],
      ['extensions 5 to 100;', 'A 9: a is reserved'],
    ] as const
    for (const [reserved, name] of cases) {
      const found = await merged(
        'a.proto',
        message,
        behind(fields[0]!, '  int32 a = 9;'),
        behind(fields[6]!, `  ${reserved}`),
      )
      assert.ok(found.split('; ').includes(`wire ${name}`), found)
    }
    assert.equal(
      await merged(
        'a.proto',
        message,
        behind(fields[0]!, '  int32 a = 9;'),
        behind(fields[6]!, '  reserved 10 to 12;'),
      ),
      'clean',
    )
  })

  it('stay with their field where the other side changed it', async () => {
    const [left, right] = [
      [fields[3]!, '  string f3 = 40;'],
      [fields[3]!, '  bytes f3 = 4;'],
    ] as const
    assert.equal(await merged('a.proto', message, left, right), 'wire A f3: 4 is 40 and 4')
  })

  it('may be shared where the text says so, or a side did so', async () => {
    const shared = `enum E {\n  option allow_alias = true;\n${values.join('\n')}\n}\n`
    const [left, right] = [behind(values[0]!, '  X = 7;'), behind(values[4]!, '  Y = 7;')]
    assert.equal(await merged('a.proto', shared, left, right), 'clean')
    assert.equal(await merged('a.proto', shared.replace('true', 'false'), left, right), 'wire E 7: X = 7, Y = 7')
    const broken = message.replace('f0 = 1', 'f0 = 2')
    assert.equal(
      await merged('a.proto', broken, behind(fields[3]!, '  bool x = 10;'), behind(fields[6]!, '  bool y = 11;')),
      'clean',
    )
  })

  it('of Thrift are those of fields, parameters and values', async () => {
    const struct = `struct A {\n${Array.from({ length: 6 }, (_, i) => `  ${i + 1}: string f${i}`).join('\n')}\n}\n`
    assert.equal(
      await merged('a.thrift', struct, behind('  1: string f0', '  9: i32 a'), behind('  5: string f4', '  9: i32 b')),
      'wire A 9: a = 9, b = 9',
    )
    const service = 'service S {\n  void f(\n    1: i32 a,\n    2: i32 b,\n    3: i32 c,\n    4: i32 d)\n}\n'
    assert.equal(
      await merged(
        'a.thrift',
        service,
        behind('    1: i32 a,', '    9: i32 x,'),
        behind('    3: i32 c,', '    9: i32 y,'),
      ),
      'wire S.f 9: x = 9, y = 9',
    )
  })

  it('of exceptions have nothing to do with those of parameters', async () => {
    const service = 'service A {\n  i32 get(1: string a) throws (1: B b)\n}\n'
    const left: Edit = ['1: string a', '1: string a, 2: string c']
    assert.equal(await merged('a.thrift', service, left, ['1: B b', '1: B b, 2: D d']), 'clean')
  })

  it('which a side gave to two fields clash no more, whichever of them stands first', async () => {
    const service = 'service A {\n  i32 get(1: i32 a)\n}\n'
    const [one, other]: Edit[] = [
      ['1: i32 a', '1: i32 a, 1: i32 b, 1: i32 c'],
      ['1: i32 a', '1: i32 b, 1: i32 a'],
    ]
    assert.equal(await merged('a.thrift', service, one!, other!), await merged('a.thrift', service, other!, one!))
  })
})
