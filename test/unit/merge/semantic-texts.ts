/** A text of a language, as parts that stand in it as they are here. */
export interface SemanticText {
  readonly language: string
  readonly path: string
  readonly imported: string
  readonly limit: string
  readonly type: string
  readonly field: string
  /** Two statements: a local variable and the only use of it. */
  readonly local: string
  readonly load: string
  readonly last: string
  /** What stands behind the last statement of `last`, of the function that counts, of the method. */
  readonly end: string
  readonly counted: string
  readonly grown: string
  /** The parameters of `price` before and after one more. */
  readonly parameter: readonly [string, string]
  /** How each thing is used. */
  readonly uses: Readonly<
    Record<'load' | 'imported' | 'limit' | 'type' | 'field' | 'parameter' | 'local' | 'price', string>
  >
  /** A statement that uses an expression. */
  readonly use: (expression: string) => string
  /** A function of one name. */
  readonly added: (value: string) => string
  readonly parts: (text: SemanticText) => readonly string[]
}

const typescript: SemanticText = {
  language: 'TypeScript',
  path: 'shop.ts',
  imported: "import { clock } from './clock.ts'\n",
  limit: 'const LIMIT = 10\n\n',
  type: 'class Cup {\n  size = 1\n}\n\n',
  field: '  weight = 1\n',
  local: '  const start = count\n  show(start)\n',
  load: 'function load() {\n  return 1\n}\n\n',
  last: 'export function last() {\n  show(1)\n  show(2)\n  end()\n}\n',
  end: '  end()\n}\n',
  counted: '  countedAll()\n',
  grown: '    grownUp()\n',
  parameter: ['price(pieces: number)', 'price(pieces: number, rebate: number)'],
  uses: {
    load: 'load()',
    imported: 'clock()',
    limit: 'LIMIT',
    type: 'new Cup()',
    field: 'this.weight',
    parameter: 'count',
    local: 'start',
    price: 'price(4)',
  },
  use: (expression) => `  show(${expression})\n`,
  added: (value) => `function added() {\n  return ${value}\n}\n\n`,
  parts: (text) => [
    "import { show, end, grownUp, countedAll } from './show.ts'\n",
    text.imported,
    "import { more } from './more.ts'\n\n",
    text.limit,
    text.type,
    text.load,
    'function price(pieces: number) {\n  return pieces * 2\n}\n\n',
    'export function all(count: number) {\n  show(more(count))\n',
    text.local,
    '  show(1)\n  show(2)\n  show(3)\n  show(4)\n  countedAll()\n}\n\n',
    'export class Plant {\n  leaves = 2\n',
    text.field,
    '  height = 3\n\n  grow() {\n    show(this.leaves)\n    show(this.height)\n    grownUp()\n  }\n}\n\n',
    'export const first = price(1)\n\n',
    text.last,
  ],
}

const python: SemanticText = {
  language: 'Python',
  path: 'shop.py',
  imported: 'from clock import clock\n',
  limit: 'LIMIT = 10\n\n\n',
  type: 'class Cup:\n    size = 1\n\n\n',
  field: '        self.weight = 1\n',
  local: '    start = count\n    show(start)\n',
  load: 'def load():\n    return 1\n\n\n',
  last: 'def last():\n    show(1)\n    show(2)\n    end()\n',
  end: '    end()\n',
  counted: '    counted_all()\n',
  grown: '        grown_up()\n',
  parameter: ['price(pieces)', 'price(pieces, rebate)'],
  uses: {
    load: 'load()',
    imported: 'clock()',
    limit: 'LIMIT',
    type: 'Cup()',
    field: 'self.weight',
    parameter: 'count',
    local: 'start',
    price: 'price(4)',
  },
  use: (expression) => `${expression.startsWith('self') ? '    ' : ''}    show(${expression})\n`,
  added: (value) => `def added():\n    return ${value}\n\n\n`,
  parts: (text) => [
    'from show import show, end, grown_up, counted_all\n',
    text.imported,
    'from more import more\n\n\n',
    text.limit,
    text.type,
    text.load,
    'def price(pieces):\n    return pieces * 2\n\n\n',
    'def all_of(count):\n    show(more(count))\n',
    text.local,
    '    show(1)\n    show(2)\n    show(3)\n    show(4)\n    counted_all()\n\n\n',
    'class Plant:\n    def __init__(self):\n        self.leaves = 2\n',
    text.field,
    '        self.height = 3\n\n    def grow(self):\n        show(self.leaves)\n        show(self.height)\n        grown_up()\n\n\n',
    'first = price(1)\n\n\n',
    text.last,
  ],
}

const go: SemanticText = {
  language: 'Go',
  path: 'shop.go',
  imported: '\t"clock"\n',
  limit: 'const LIMIT = 10\n\n',
  type: 'type Cup struct {\n\tsize int\n}\n\n',
  field: '\tweight int\n',
  local: '\tstart := count\n\tshow(start)\n',
  load: 'func load() int {\n\treturn 1\n}\n\n',
  last: 'func last() {\n\tshow(1)\n\tshow(2)\n\tend()\n}\n',
  end: '\tend()\n}\n',
  counted: '\tcountedAll()\n',
  grown: '\tgrownUp()\n',
  parameter: ['price(pieces int)', 'price(pieces int, rebate int)'],
  uses: {
    load: 'load()',
    imported: 'clock.Now()',
    limit: 'LIMIT',
    type: 'Cup{}',
    field: 'p.weight',
    parameter: 'count',
    local: 'start',
    price: 'price(4)',
  },
  use: (expression) => `\tshow(${expression})\n`,
  added: (value) => `func added() int {\n\treturn ${value}\n}\n\n`,
  parts: (text) => [
    'package shop\n\nimport (\n\t"bytes"\n',
    text.imported,
    '\t"more"\n)\n\n',
    text.limit,
    text.type,
    text.load,
    'func price(pieces int) int {\n\treturn pieces * 2\n}\n\n',
    'func all(count int) {\n\tshow(more.Of(count, bytes.MinRead))\n',
    text.local,
    '\tshow(1)\n\tshow(2)\n\tshow(3)\n\tshow(4)\n\tcountedAll()\n}\n\n',
    'type Plant struct {\n\tleaves int\n',
    text.field,
    '\theight int\n}\n\nfunc (p *Plant) grow() {\n\tshow(p.leaves)\n\tshow(p.height)\n\tgrownUp()\n}\n\n',
    'var first = price(1)\n\n',
    text.last,
  ],
}

const rust: SemanticText = {
  language: 'Rust',
  path: 'shop.rs',
  imported: 'use time::clock;\n',
  limit: 'const LIMIT: u32 = 10;\n\n',
  type: 'struct Cup {\n    size: u32,\n}\n\n',
  field: '    weight: u32,\n',
  local: '    let start = count;\n    show(start);\n',
  load: 'fn load() -> u32 {\n    1\n}\n\n',
  last: 'pub fn last() {\n    show(1);\n    show(2);\n    end();\n}\n',
  end: '    end();\n}\n',
  counted: '    counted_all();\n',
  grown: '        grown_up();\n',
  parameter: ['price(pieces: u32)', 'price(pieces: u32, rebate: u32)'],
  uses: {
    load: 'load()',
    imported: 'clock()',
    limit: 'LIMIT',
    type: 'Cup { size: 1 }',
    field: 'self.weight',
    parameter: 'count',
    local: 'start',
    price: 'price(4)',
  },
  use: (expression) => `    show(${expression});\n`,
  added: (value) => `fn added() -> u32 {\n    ${value}\n}\n\n`,
  parts: (text) => [
    'use shown::{show, end, grown_up, counted_all};\n',
    text.imported,
    'use more::more;\n\n',
    text.limit,
    text.type,
    text.load,
    'fn price(pieces: u32) -> u32 {\n    pieces * 2\n}\n\n',
    'pub fn all(count: u32) {\n    show(more(count));\n',
    text.local,
    '    show(1);\n    show(2);\n    show(3);\n    show(4);\n    counted_all();\n}\n\n',
    'pub struct Plant {\n    leaves: u32,\n',
    text.field,
    '    height: u32,\n}\n\nimpl Plant {\n    fn grow(&self) {\n        show(self.leaves);\n        show(self.height);\n        grown_up();\n    }\n}\n\n',
    'static FIRST: u32 = price(1);\n\n',
    text.last,
  ],
}

const braces = (
  type: 'int',
  end: string,
): Pick<
  SemanticText,
  'limit' | 'type' | 'field' | 'local' | 'load' | 'last' | 'end' | 'counted' | 'grown' | 'parameter' | 'use' | 'added'
> => ({
  limit: `    static final ${type} LIMIT = 10;\n\n`,
  type: `    static class Cup {\n        ${type} size = 1;\n    }\n\n`,
  field: `        ${type} weight = 1;\n`,
  local: `        ${type} start = count;\n        show(start);\n`,
  load: `    static ${type} load() {\n        return 1;\n    }\n\n`,
  last: `    static void last() {\n        show(1);\n        show(2);\n        end();\n    }\n${end}`,
  end: '        end();\n    }\n',
  counted: '        countedAll();\n',
  grown: '            grownUp();\n',
  parameter: [`price(${type} pieces)`, `price(${type} pieces, ${type} rebate)`],
  use: (expression) => `        show(${expression});\n`,
  added: (value) => `    static ${type} added() {\n        return ${value};\n    }\n\n`,
})

const uses = {
  load: 'load()',
  limit: 'LIMIT',
  type: 'new Cup()',
  field: 'this.weight',
  parameter: 'count',
  local: 'start',
  price: 'price(4)',
}

const classParts = (text: SemanticText, plant: string): readonly string[] => [
  text.limit,
  text.type,
  text.load,
  '    static int price(int pieces) {\n        return pieces * 2;\n    }\n\n',
  '    static void all(int count) {\n        show(more(count));\n',
  text.local,
  '        show(1);\n        show(2);\n        show(3);\n        show(4);\n        countedAll();\n    }\n\n',
  `    ${plant} {\n        int leaves = 2;\n`,
  text.field,
  '        int height = 3;\n\n        void grow() {\n            show(this.leaves);\n            show(this.height);\n            grownUp();\n        }\n    }\n\n',
  '    static int first = price(1);\n\n',
  text.last,
]

const java: SemanticText = {
  ...braces('int', '}\n'),
  language: 'Java',
  path: 'Shop.java',
  imported: 'import time.Clock;\n',
  uses: { ...uses, imported: 'new Clock()' },
  parts: (text) => [
    'import shown.Show;\n',
    text.imported,
    'import more.More;\n\nclass Shop {\n',
    ...classParts(text, 'class Plant'),
  ],
}

const kotlin: SemanticText = {
  language: 'Kotlin',
  path: 'Shop.kt',
  imported: 'import time.clock\n',
  limit: 'const val LIMIT = 10\n\n',
  type: 'class Cup {\n    val size = 1\n}\n\n',
  field: '    val weight = 1\n',
  local: '    val start = count\n    show(start)\n',
  load: 'fun load(): Int {\n    return 1\n}\n\n',
  last: 'fun last() {\n    show(1)\n    show(2)\n    end()\n}\n',
  end: '    end()\n}\n',
  counted: '    countedAll()\n',
  grown: '        grownUp()\n',
  parameter: ['price(pieces: Int)', 'price(pieces: Int, rebate: Int)'],
  uses: { ...uses, imported: 'clock()', type: 'Cup()' },
  use: (expression) => `    show(${expression})\n`,
  added: (value) => `fun added(): Int {\n    return ${value}\n}\n\n`,
  parts: (text) => [
    'import shown.show\n',
    text.imported,
    'import more.more\n\n',
    text.limit,
    text.type,
    text.load,
    'fun price(pieces: Int): Int {\n    return pieces * 2\n}\n\n',
    'fun all(count: Int) {\n    show(more(count))\n',
    text.local,
    '    show(1)\n    show(2)\n    show(3)\n    show(4)\n    countedAll()\n}\n\n',
    'class Plant {\n    val leaves = 2\n',
    text.field,
    '    val height = 3\n\n    fun grow() {\n        show(this.leaves)\n        show(this.height)\n        grownUp()\n    }\n}\n\n',
    'val first = price(1)\n\n',
    text.last,
  ],
}

const cSharp: SemanticText = {
  ...braces('int', '}\n'),
  language: 'C#',
  path: 'Shop.cs',
  limit: '    const int LIMIT = 10;\n\n',
  type: '    class Cup\n    {\n        int size = 1;\n    }\n\n',
  imported: 'using Clock = Time.Clock;\n',
  uses: { ...uses, imported: 'new Clock()' },
  parts: (text) => [
    'using Shown;\n',
    text.imported,
    'using More;\n\nclass Shop {\n',
    ...classParts(text, 'class Plant'),
  ],
}

const javascript: SemanticText = {
  ...typescript,
  language: 'JavaScript',
  path: 'shop.js',
  parameter: ['price(pieces)', 'price(pieces, rebate)'],
  parts: (text) => typescript.parts(text).map((part) => part.replaceAll(': number', '')),
}

export const texts: readonly SemanticText[] = [typescript, javascript, python, go, rust, java, kotlin, cSharp]
