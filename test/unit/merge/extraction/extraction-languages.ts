/** One program in the two forms between which extracting and inlining go. */
export interface ExtractionLanguage {
  readonly path: string
  /** Statements that stand in `invoice`; their rows are called `items` there. */
  readonly whole: (row: Row) => string
  /** The same in a function of their own, `sum`; their rows are called `rows` there. */
  readonly part: (row: Row) => string
  /** Another function, with a statement that holds this. */
  readonly call: string
}

/** What is told of each row. */
export interface Row {
  /** An expression in place of the price times the number. */
  readonly value: string
  /** A statement in front of that. */
  readonly before?: string
  /** A statement in another function. */
  readonly other?: string
}

const typescript = (types: boolean) => {
  const type = (name: string) => (types ? `: ${name}` : '')
  const loop = (rows: string, { value, before }: Row) =>
    `  let subtotal = 0\n  for (const row of ${rows}) {\n    count(row)\n${before ? `    ${before}\n` : ''}    subtotal += ${value}\n  }\n`
  const rest = ({ other = '0' }: Row) => `\nexport function other() {\n  return ${other}\n}\n`
  const head = `export function invoice(order${type('Order')}, rate${type('number')}) {\n  const items = order.items\n`
  const tail = `  const tax = subtotal * rate\n  return subtotal + tax\n}\n`
  return {
    path: types ? 'a.ts' : 'a.js',
    whole: (row: Row) => `${head}${loop('items', row)}${tail}${rest(row)}`,
    part: (row: Row) =>
      `${head}  const subtotal = sum(items)\n${tail}\nfunction sum(rows${type('Row[]')})${type('number')} {\n${loop('rows', row)}  return subtotal\n}\n${rest(row)}`,
    call: 'sum([])',
  }
}

const python = () => {
  const loop = (rows: string, { value, before }: Row) =>
    `    subtotal = 0\n    for row in ${rows}:\n        count(row)\n${before ? `        ${before}\n` : ''}        subtotal += ${value}\n`
  const rest = ({ other = '0' }: Row) => `\n\ndef other():\n    return ${other}\n`
  const head = `def invoice(order, rate):\n    items = order.items\n`
  const tail = `    tax = subtotal * rate\n    return subtotal + tax\n`
  return {
    path: 'a.py',
    whole: (row: Row) => `${head}${loop('items', row)}${tail}${rest(row)}`,
    part: (row: Row) =>
      `${head}    subtotal = sum(items)\n${tail}\n\ndef sum(rows):\n${loop('rows', row)}    return subtotal\n${rest(row)}`,
    call: 'sum([])',
  }
}

const go = () => {
  const loop = (rows: string, { value, before }: Row) =>
    `\tsubtotal := 0.0\n\tfor _, row := range ${rows} {\n\t\tcount(row)\n${before ? `\t\t${before}\n` : ''}\t\tsubtotal += ${value}\n\t}\n`
  const rest = ({ other = '0' }: Row) => `\nfunc other() float64 {\n\treturn ${other}\n}\n`
  const head = `package a\n\nfunc invoice(order Order, rate float64) float64 {\n\titems := order.items\n`
  const tail = `\ttax := subtotal * rate\n\treturn subtotal + tax\n}\n`
  return {
    path: 'a.go',
    whole: (row: Row) => `${head}${loop('items', row)}${tail}${rest(row)}`,
    part: (row: Row) =>
      `${head}\tsubtotal := sum(items)\n${tail}\nfunc sum(rows []Row) float64 {\n${loop('rows', row)}\treturn subtotal\n}\n${rest(row)}`,
    call: 'sum(nil)',
  }
}

const rust = () => {
  const loop = (rows: string, { value, before }: Row) =>
    `    let mut subtotal = 0.0;\n    for row in ${rows} {\n        count(row);\n${before ? `        ${before};\n` : ''}        subtotal += ${value};\n    }\n`
  const rest = ({ other = '0.0' }: Row) => `\nfn other() -> f64 {\n    ${other}\n}\n`
  const head = `pub fn invoice(order: &Order, rate: f64) -> f64 {\n    let items = &order.items;\n`
  const tail = `    let tax = subtotal * rate;\n    subtotal + tax\n}\n`
  return {
    path: 'a.rs',
    whole: (row: Row) => `${head}${loop('items', row)}${tail}${rest(row)}`,
    part: (row: Row) =>
      `${head}    let subtotal = sum(&items);\n${tail}\nfn sum(rows: &[Row]) -> f64 {\n${loop('rows', row)}    subtotal\n}\n${rest(row)}`,
    call: 'sum(&[])',
  }
}

const java = () => {
  const loop = (rows: string, { value, before }: Row) =>
    `        double subtotal = 0;\n        for (Row row : ${rows}) {\n            count(row);\n${before ? `            ${before};\n` : ''}            subtotal += ${value};\n        }\n`
  const rest = ({ other = '0' }: Row) => `\n    double other() {\n        return ${other};\n    }\n}\n`
  const head = `class Invoices {\n    double invoice(Order order, double rate) {\n        List<Row> items = order.items;\n`
  const tail = `        double tax = subtotal * rate;\n        return subtotal + tax;\n    }\n`
  return {
    path: 'Invoices.java',
    whole: (row: Row) => `${head}${loop('items', row)}${tail}${rest(row)}`,
    part: (row: Row) =>
      `${head}        double subtotal = sum(items);\n${tail}\n    private double sum(List<Row> rows) {\n${loop('rows', row)}        return subtotal;\n    }\n${rest(row)}`,
    call: 'sum(List.of())',
  }
}

export const extractionLanguages: readonly ExtractionLanguage[] = [
  typescript(true),
  typescript(false),
  python(),
  go(),
  rust(),
  java(),
]
