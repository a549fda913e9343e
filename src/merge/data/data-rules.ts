/**
 * How a collection is merged.
 * `set`: elements without order, each once. `by`: maps told apart by these fields (`a.b` goes deeper, `?` may be missing), their
 * order does not count. `requirements`: texts told apart by the package that they begin with. `ordered`: order counts in a list,
 * whatever its elements are; in a map, two additions at one place are a conflict. `inOrder`: a list whose order counts, of maps told
 * apart by the first of these fields that tells all of them apart. `ifBoth`: what a program computes from the rest; where both sides changed it
 * this stands for it, or the left; or `range`, of which the narrower one stands if both sides raised it.
 */
export type CollectionRule =
  | 'set'
  | 'requirements'
  | 'ordered'
  | { readonly by: readonly string[] }
  | { readonly inOrder: readonly string[] }
  | { readonly ifBoth: '[]' | 'null' | 'left' | 'range' }

interface FileRules {
  readonly files: RegExp
  /** Patterns of paths, first match wins: `*` is one key or element, `**` any number. */
  readonly rules: Readonly<Record<string, CollectionRule>>
}

const workloads = { by: ['name'] }
const range = { ifBoth: 'range' } as const

const table: readonly FileRules[] = [
  {
    files: /(?:^|\/)package\.json$/,
    rules: {
      keywords: 'set',
      files: 'set',
      workspaces: 'set',
      'workspaces/packages': 'set',
      os: 'set',
      cpu: 'set',
      bundledDependencies: 'set',
      bundleDependencies: 'set',
      'pnpm/onlyBuiltDependencies': 'set',
      sideEffects: 'set',
      // Conditions are tried from first to last.
      exports: 'ordered',
      'exports/**': 'ordered',
      imports: 'ordered',
      'imports/**': 'ordered',
      browserslist: 'ordered',
      'dependencies/*': range,
      'devDependencies/*': range,
      'peerDependencies/*': range,
      'optionalDependencies/*': range,
      libc: 'set',
      trustedDependencies: 'set',
      contributors: { by: ['name', 'email?'] },
      maintainers: { by: ['name', 'email?'] },
      'lint-staged/**': 'ordered',
      'typesVersions/**': 'ordered',
      'eslintConfig/extends': 'ordered',
      'babel/**': 'ordered',
    },
  },
  {
    files: /(?:^|\/)(?:[\w.-]+\.)?[jt]sconfig(?:\.[\w.-]+)?\.json$/,
    rules: {
      include: 'set',
      exclude: 'set',
      files: 'set',
      references: { by: ['path'] },
      'compilerOptions/lib': 'set',
      'compilerOptions/types': 'set',
      'compilerOptions/plugins': 'ordered',
      'compilerOptions/paths/*': 'ordered',
      'compilerOptions/rootDirs': 'ordered',
      'compilerOptions/typeRoots': 'ordered',
      'compilerOptions/moduleSuffixes': 'ordered',
      'compilerOptions/customConditions': 'set',
      // Later ones win.
      extends: 'ordered',
    },
  },
  {
    files: /(?:^|\/)composer\.json$/,
    rules: {
      keywords: 'set',
      authors: { by: ['name'] },
      'autoload/classmap': 'set',
      'autoload/files': 'ordered',
      repositories: 'ordered',
    },
  },
  {
    files: /(?:^|\/)\.eslintrc(?:\.json|\.ya?ml)?$/,
    rules: {
      plugins: 'set',
      ignorePatterns: 'ordered',
      extends: 'ordered',
      overrides: 'ordered',
      'rules/*': 'ordered',
    },
  },
  {
    files: /(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/,
    rules: {
      'services/*/ports': 'set',
      'services/*/volumes': 'set',
      'services/*/expose': 'set',
      'services/*/depends_on': 'set',
      'services/*/networks': 'set',
      'services/*/profiles': 'set',
      'services/*/cap_add': 'set',
      'services/*/cap_drop': 'set',
      'services/*/environment': 'requirements',
      'services/*/labels': 'requirements',
      'services/*/build/args': 'requirements',
      'services/*/secrets': 'set',
      'services/*/configs': 'set',
      'services/*/extra_hosts': 'set',
      'services/*/devices': 'set',
      'services/*/security_opt': 'set',
      'services/*/tmpfs': 'set',
      'services/*/dns': 'ordered',
      'services/*/command': 'ordered',
      'services/*/entrypoint': 'ordered',
      // Later files win.
      'services/*/env_file': 'ordered',
    },
  },
  {
    files: /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/,
    rules: {
      'on/*/branches': 'set',
      'on/*/paths': 'ordered',
      'on/*/types': 'set',
      'jobs/*/needs': 'set',
      'jobs/*/strategy/matrix/include': 'ordered',
      'jobs/*/strategy/matrix/exclude': 'ordered',
    },
  },
  {
    files: /(?:^|\/)Cargo\.toml$/,
    rules: {
      'package/keywords': 'set',
      'package/categories': 'set',
      'package/include': 'ordered',
      'package/exclude': 'ordered',
      'workspace/members': 'set',
      'workspace/exclude': 'set',
      'features/*': 'set',
      '**/features': 'set',
      bin: { by: ['name'] },
      example: { by: ['name'] },
      test: { by: ['name'] },
      bench: { by: ['name'] },
    },
  },
  {
    files: /(?:^|\/)pyproject\.toml$/,
    rules: {
      'project/keywords': 'set',
      'project/classifiers': 'set',
      'project/dynamic': 'set',
      'project/dependencies': 'requirements',
      'project/optional-dependencies/*': 'requirements',
      'dependency-groups/*': 'requirements',
      'build-system/requires': 'requirements',
      'project/authors': { by: ['name', 'email?'] },
      'project/maintainers': { by: ['name', 'email?'] },
      'tool/ruff/lint/select': 'set',
      'tool/ruff/lint/ignore': 'set',
      'tool/ruff/lint/extend-select': 'set',
    },
  },
]

const furtherFiles: readonly FileRules[] = [
  {
    files: /\.ipynb$/,
    rules: {
      cells: { inOrder: ['id', 'source'] },
      'cells/*/outputs': { ifBoth: '[]' },
      'cells/*/execution_count': { ifBoth: 'null' },
      'cells/*/metadata/execution': { ifBoth: 'left' },
      'cells/*/metadata/ExecuteTime': { ifBoth: 'left' },
      'metadata/language_info': { ifBoth: 'left' },
    },
  },
  {
    files: /(?:^|\/)\.?cspell(?:\.config)?\.(?:json|ya?ml)$/,
    rules: { words: 'set', ignoreWords: 'set', ignorePaths: 'set', dictionaries: 'set', flagWords: 'set' },
  },
  {
    files: /(?:^|\/)\.vscode\/extensions\.json$/,
    rules: { recommendations: 'set', unwantedRecommendations: 'set' },
  },
  { files: /(?:^|\/)(?:lerna\.json|pnpm-workspace\.yaml)$/, rules: { packages: 'set', onlyBuiltDependencies: 'set' } },
  {
    files: /(?:^|\/)\.pre-commit-config\.yaml$/,
    rules: { repos: { by: ['repo'] }, 'repos/*/hooks': { by: ['id'] } },
  },
  {
    files: /(?:^|\/)\.github\/dependabot\.ya?ml$/,
    rules: { updates: { by: ['package-ecosystem', 'directory'] }, 'updates/*/ignore': { by: ['dependency-name'] } },
  },
]

/** OpenAPI and Swagger: known by their first key, for their files have any name. What is told apart by `$ref` stands elsewhere. */
const openApi: FileRules['rules'] = {
  tags: { by: ['name'] },
  '**/tags': 'set',
  '**/parameters': { by: ['$ref?', 'in?', 'name?'] },
  '**/required': 'set',
  '**/enum': 'set',
  '**/servers': { by: ['url'] },
  schemes: 'set',
  '**/consumes': 'set',
  '**/produces': 'set',
}

/** Kubernetes does not name its files; the fields do. Lists with keys are those that its API merges by them (`patchMergeKey`). */
const anyYaml: FileRules['rules'] = {
  // Documents of one file.
  '': { by: ['kind', 'metadata.name', 'metadata.namespace?'] },
  '**/containers': workloads,
  '**/initContainers': workloads,
  '**/volumes': workloads,
  '**/volumeMounts': { by: ['mountPath'] },
  '**/imagePullSecrets': workloads,
  '**/ephemeralContainers': workloads,
  '**/volumeDevices': { by: ['devicePath'] },
  '**/containers/*/ports': { by: ['containerPort', 'protocol?'] },
  'spec/ports': { by: ['port', 'protocol?'] },
  '*/spec/ports': { by: ['port', 'protocol?'] },
  '**/hostAliases': { by: ['ip'] },
  '**/subjects': { by: ['kind', 'name', 'namespace?'] },
  '**/containers/*/command': 'ordered',
  '**/containers/*/args': 'ordered',
}

const anyFile: FileRules['rules'] = {
  keywords: 'set',
  '**/keywords': 'set',
  '**/tags': 'set',
  '**/topics': 'set',
  exclude: 'set',
  include: 'set',
}

/** In so many units the key is looked for. */
const maxLookedAt = 1000

/** The rules for a file, which lies at a path with `/`. */
export class DataRules {
  readonly #rules: readonly (readonly [pattern: readonly string[], rule: CollectionRule])[]

  /** `base` tells what the path does not. */
  constructor(path: string, base = '') {
    const own = [...table, ...furtherFiles]
      .filter(({ files }) => files.test(path))
      .flatMap(({ rules }) => Object.entries(rules))
    const yaml = /\.ya?ml$/.test(path) ? Object.entries(anyYaml) : []
    const api = isOpenApi(base) ? Object.entries(openApi) : []
    this.#rules = [...own, ...api, ...yaml, ...Object.entries(anyFile)].map(([pattern, rule]) => [
      pattern === '' ? [] : pattern.split('/'),
      rule,
    ])
  }

  of(path: readonly string[]): CollectionRule | undefined {
    return this.#rules.find(([pattern]) => isMatch(pattern, 0, path, 0))?.[1]
  }

  /** What stands for a value that both sides changed, where people need not be asked. */
  ifBoth(path: readonly string[]): '[]' | 'null' | 'left' | 'range' | undefined {
    const rule = this.of(path)
    return typeof rule === 'object' && 'ifBoth' in rule ? rule.ifBoth : undefined
  }
}

function isOpenApi(text: string): boolean {
  return /^(?:\{\s*|\s*)["']?(?:openapi|swagger)["']?[ \t]*:[ \t]*["']?[23]/m.test(text.slice(0, maxLookedAt))
}

function isMatch(pattern: readonly string[], from: number, path: readonly string[], at: number): boolean {
  if (from === pattern.length) return at === path.length
  if (pattern[from] !== '**') {
    const isHere = at < path.length && (pattern[from] === '*' || pattern[from] === path[at])
    return isHere && isMatch(pattern, from + 1, path, at + 1)
  }
  for (let next = at; next <= path.length; next++) if (isMatch(pattern, from + 1, path, next)) return true
  return false
}
