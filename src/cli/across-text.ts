import type { AcrossFinding, AcrossPlace } from '../merge/across/across-finding.ts'
import { escapeLine } from '../provenance/message-escape.ts'

/** A use that does not fit in a merge, with both places. Lines count from 1. */
export function acrossText(finding: AcrossFinding): string {
  const { name, used, declared } = finding
  if (finding.reason === 'extracted' || finding.reason === 'inlined')
    return `${placeText(used)}: ${happenedText(finding)}\n    in ${placeText(declared)}`
  return [
    `${placeText(used)}: ${escapeLine(name)} is ${finding.reason === 'doubled' ? 'declared' : 'used'} here, and ${happenedText(finding)}`,
    `    declared in ${placeText(declared)}`,
  ].join('\n')
}

/** What a use was made to follow, in one line. */
export function repairedText({ name, used, to, reason }: AcrossFinding): string {
  if (reason === 'extracted' || reason === 'inlined')
    return `${placeText(used)}: what was changed here is in ${escapeLine(to!.name)} in ${escapeLine(to!.path)} now`
  const where =
    to && (to.name === '*' || to.name === name ? `is in ${escapeLine(to.path)}` : `is ${escapeLine(to.name)}`)
  return `${placeText(used)}: ${escapeLine(name)} ${where ?? 'is imported again'} now`
}

function happenedText({ name, by, reason, to, certainty }: AcrossFinding): string {
  const maybe = certainty === 'guessed' ? 'seems to have' : 'has'
  switch (reason) {
    case 'renamed':
      return `the ${by} side ${maybe} renamed it to ${escapeLine(to!.name)}`
    case 'moved':
      return `the ${by} side ${maybe} moved it to ${escapeLine(to!.path)}`
    case 'deleted':
      return `the ${by} side has taken it away`
    case 'signature':
      return `on the ${by} side it takes other arguments`
    case 'extracted':
      return `the ${by} side ${maybe} made the function ${escapeLine(name)} of what was changed here`
    case 'inlined':
      return `the ${by} side ${maybe} put what was changed here, in ${escapeLine(name)}, into ${escapeLine(to!.name)}`
    case 'doubled':
      return `the ${by} side declares it, too`
  }
}

function placeText({ path, line }: AcrossPlace): string {
  return `${escapeLine(path)}:${line + 1}`
}
