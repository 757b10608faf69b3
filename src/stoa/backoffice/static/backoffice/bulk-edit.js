// While a worker is busy with a bulk edit, its page shows how far it is. Without this module one loads the page again.
const PAUSE = 1500;
const place = document.getElementById("bulk-edit");

async function look() {
    const address = new URL(location.href);
    address.searchParams.set("part", "1");
    try {
        const answer = await fetch(address, { headers: { "X-Requested-With": "XMLHttpRequest" } });
        if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
    } catch {
        // The line is down for a moment.
    }
    if (isBusy()) setTimeout(look, PAUSE);
}

function isBusy() {
    return place.querySelector('[data-busy="yes"]') !== null;
}

if (place && isBusy()) setTimeout(look, PAUSE);
