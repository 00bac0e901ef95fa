export async function runs() {}
