export async function releases() {}
