import { go } from '../languages/go.ts'
import { java } from '../languages/java.ts'
import { javascript } from '../languages/javascript.ts'
import { kotlin } from '../languages/kotlin.ts'
import { languageOf } from '../languages/language-of.ts'
import type { Language } from '../languages/language.ts'
import { python } from '../languages/python.ts'
import { rust } from '../languages/rust.ts'
import { tsx } from '../languages/tsx.ts'
import { typescript } from '../languages/typescript.ts'
import type { ModuleRules } from './module-rules.ts'
import { goModules } from './modules/go.ts'
import { javaModules } from './modules/java.ts'
import { kotlinModules } from './modules/kotlin.ts'
import { pythonModules } from './modules/python.ts'
import { rustModules } from './modules/rust.ts'
import { typescriptModules } from './modules/typescript.ts'

/** The languages whose uses are followed from file to file. */
const followed: ReadonlyMap<Language, ModuleRules> = new Map([
  [go, goModules],
  [java, javaModules],
  [javascript, typescriptModules],
  [kotlin, kotlinModules],
  [python, pythonModules],
  [rust, rustModules],
  [tsx, typescriptModules],
  [typescript, typescriptModules],
])

/** How the files of the language of a path use each other; undefined where nobody follows that. */
export function rulesOf(path: string): ModuleRules | undefined {
  const language = languageOf(path)
  return language && followed.get(language)
}
