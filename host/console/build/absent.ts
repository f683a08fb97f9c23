// A test helper within @rjsf/core names this validator. It would make programs out of schemas, which the page's policy forbids; the
// console has its own in `src/parts/schema`.
export default {};
