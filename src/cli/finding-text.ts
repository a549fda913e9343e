import type { Finding } from '../merge/checks/finding.ts'

/** What a check found wrong in a merged file, as a clause. */
export function findingText({ check, name, at }: Finding): string {
  switch (check) {
    case 'bindings':
      return `${name} is used and no longer declared`
    case 'duplicates':
      return `${name} is declared twice`
    case 'changes':
      return `${name} is not as the side that changed it has it`
    case 'conservation':
      return `${name} was lost or doubled`
    case 'signatures':
      return `${name} is called with arguments that it no longer takes`
    case 'wire':
      return `numbers or names clash in ${name}`
    case 'prose':
      return `a paragraph or list was put together that no side has: ${name}`
    case 'renames':
      return `one side uses ${name} anew, and the other one replaced it by another name everywhere`
    case 'extracted':
      return `statements that one side changed are a function on the other one, ${name}${at ? ` in line ${at.line + 1} of the ${at.side} side` : ''}`
    case 'inlined':
      return `one side changed ${name}, and the other one put its statements where it was called${at ? `, in line ${at.line + 1} of the ${at.side} side` : ''}`
    case 'references':
      return name
    case 'syntax':
      return 'the merged file does not parse'
  }
}
