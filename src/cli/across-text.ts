import type { AcrossFinding, AcrossPlace } from '../merge/across/across-finding.ts'
import { escapeLine } from '../provenance/message-escape.ts'

/** A use that does not fit in a merge, with both places. Lines count from 1. */
export function acrossText(finding: AcrossFinding): string {
  const { name, used, declared } = finding
  return [
    `${placeText(used)}: ${escapeLine(name)} is ${finding.reason === 'doubled' ? 'declared' : 'used'} here, and ${happenedText(finding)}`,
    `    declared in ${placeText(declared)}`,
  ].join('\n')
}

/** What a use was made to follow, in one line. */
export function repairedText({ name, used, to }: AcrossFinding): string {
  const where =
    to && (to.name === '*' || to.name === name ? `is in ${escapeLine(to.path)}` : `is ${escapeLine(to.name)}`)
  return `${placeText(used)}: ${escapeLine(name)} ${where ?? 'is imported again'} now`
}

function happenedText({ by, reason, to, certainty }: AcrossFinding): string {
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
    case 'doubled':
      return `the ${by} side declares it, too`
  }
}

function placeText({ path, line }: AcrossPlace): string {
  return `${escapeLine(path)}:${line + 1}`
}
