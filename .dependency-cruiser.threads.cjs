// What the threads of a training load: starts at their entries and follows imports, but not of types, which leave no
// trace at run time.
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'threads-load-no-package',
      comment:
        'A thread gets a configuration that was checked before, and zod would take 6 MiB in each of them: layers and optimizers import types of their specs.ts, nothing else.',
      severity: 'error',
      from: {},
      to: { path: 'node_modules' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules', dependencyTypes: ['type-only'] },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
