"""Photos that are uploaded, stored as the smallest JPEGs that look the same.

    pip install scrimp fastapi uvicorn
    uvicorn fastapi_upload:app
    curl --data-binary @photo.jpg http://127.0.0.1:8000/photos/holiday
"""

from pathlib import Path

import scrimp
from fastapi import FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool

PHOTOS = Path("photos")
app = FastAPI()


@app.post("/photos/{name}")
async def upload(name: str, request: Request) -> dict[str, object]:
    if not name.isidentifier():
        raise HTTPException(422, "a name is letters, digits and _")
    data = await request.body()
    try:
        # Other requests go on meanwhile: the work does not hold the GIL.
        result = await run_in_threadpool(scrimp.shrink, data, look="high", limits={"pixels": 50_000_000, "time": 20})
    except scrimp.errors.Refused as refused:
        raise HTTPException(422, {"code": refused.code, "reason": str(refused)}) from refused
    PHOTOS.mkdir(exist_ok=True)
    result.save(PHOTOS / f"{name}.jpg")
    return {"outcome": result.outcome, "bytes": len(result.data), "score": result.score, "quality": result.quality}
