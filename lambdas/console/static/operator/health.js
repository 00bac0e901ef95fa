export async function health() {}
