export async function checkOnHermes() {
  return { passed: 0, failed: 0, skipped: 1 };
}
