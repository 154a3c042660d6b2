/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: false,
  // The store's worker thread and its migrations are read from disk by path, so a bundler must leave them alone.
  serverExternalPackages: ['@electric-sql/pglite', 'pg', 'pg-boss', 'pino'],
  // authInterrupts: the wall without a token answers 401 with a page of ours.
  experimental: { turbopackFileSystemCacheForBuild: false, authInterrupts: true },
}
