/** What the build puts in place: the names of the files of texts, and the style sheet as a string. */
declare const __STRINGS__: string;
declare module '*.css' {
  const css: string;
  export default css;
}
