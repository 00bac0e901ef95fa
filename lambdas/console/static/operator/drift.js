export async function drift() {}
