import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { errorTable, type ErrorKind } from '../src/contracts/errors.ts'

const meanings: Readonly<Record<ErrorKind, string>> = {
  conflict: 'somebody else got there first, or two sides disagree',
  usage: 'the request cannot be carried out as it was made',
  unreachable: 'something that is needed lies on another machine and cannot be reached',
  denied: 'a rule, a key or a signature forbids it',
  guard: 'a guard refused the result',
  corrupt: 'bytes are damaged or forged',
  unsupported: 'this installation or repository lacks something',
  closed: 'it is over: closed or interrupted',
  internal: 'a fault of anvcs or of a program that it runs',
}

/** The text of docs/errors.md. */
export function errorsDocument(): string {
  const kinds = Object.entries(meanings).map(([kind, meaning]) => `- \`${kind}\`: ${meaning}`)
  const codes = Object.entries(errorTable)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([code, { kind, summary, hint }]) => `## ${code}\n\n${summary} Kind: \`${kind}\`.\n\nWhat to do: ${hint}\n`)
  return [
    '# Errors\n',
    '<!-- Generated from src/contracts/errors.ts by `npm run docs:errors`; edit that table. -->\n',
    'Every error that anvcs throws is an `AnvcsError` with one of these codes. A code never changes its meaning. Check with',
    "`AnvcsError.is(error, 'CODE')`. Expected outcomes, a conflict or a refusal, are values and no errors; an aborted call",
    "rejects with its signal's reason.\n",
    'Kinds:\n',
    ...kinds,
    '',
    ...codes,
  ].join('\n')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync('docs/errors.md', errorsDocument())
