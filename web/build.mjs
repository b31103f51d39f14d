// build.mjs: bundles the pages' scripts and styles into dist/.
import { build } from 'esbuild';

const common = { bundle: true, minify: true, legalComments: 'none', logLevel: 'warning', outdir: 'dist', target: ['es2021', 'chrome100', 'firefox100', 'safari15.4'] };

await build({ ...common, entryPoints: ['src/site.js'], format: 'esm' });
await build({ ...common, entryPoints: ['src/desk/desk.js'], outdir: undefined, outfile: 'dist/desk.js', format: 'esm' });
await build({ ...common, entryPoints: ['src/insights/insights.js'], outdir: undefined, outfile: 'dist/insights.js', format: 'esm' });
await build({ ...common, entryPoints: ['src/theme.js'], format: 'iife' });
await build({ ...common, entryPoints: ['css/audit.css', 'css/site.css', 'css/desk.css', 'css/insights.css'] });
