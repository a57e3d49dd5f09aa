# Writes influence_mv.json and count_residuals.json beside this file:
#   Rscript tests/reference/metafor/make_residuals.R
# Made with metafor 3.8-1 and metadat 1.2-0 on R 4.2.2. A case of influence_mv is a model of `specs` here or in rma_mv.json.

suppressMessages({library(metafor); library(jsonlite)})
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
engine <- list(R = paste(R.version$major, R.version$minor, sep = "."),
               metafor = as.character(packageVersion("metafor")),
               metadat = as.character(packageVersion("metadat")))
# from the strictest: the first that says that it converged for all estimates and at every deletion
controls <- list(list(optimizer = "Nelder-Mead", reltol = 1e-14, maxit = 100000),
                 list(optimizer = "Nelder-Mead", reltol = 1e-12, maxit = 100000),
                 list(optimizer = "nlminb", rel.tol = 1e-10),
                 list(optimizer = "BFGS", reltol = 1e-14, maxit = 100000),
                 list(optimizer = "nlminb"))
bare <- function(x) { x <- unclass(x); attributes(x) <- NULL; as.numeric(x) }
list_of <- function(x) as.list(bare(x))
write <- function(object, name)
  cat(toJSON(object, auto_unbox = TRUE, digits = NA, na = "null", null = "null"), "\n",
      sep = "", file = file.path(folder, name))

# --- models -------------------------------------------------------------------------------------

given <- fromJSON(file.path(folder, "rma_mv.json"), simplifyVector = FALSE)$specs

spec_of <- function(id, dataset, source, yi, V, random, X = NULL, columns = "intrcpt") {
  if (is.null(X)) X <- matrix(1, length(yi), 1)
  V <- if (is.matrix(V)) unname(lapply(split(V, row(V)), as.list)) else as.list(V)
  list(id = id, dataset = dataset, source = source, yi = list_of(yi), V = V,
       columns = as.list(columns), X = unname(lapply(split(X, row(X)), as.list)), random = random)
}
intercepts <- function(outer, inner, names)
  list(list(kind = "intercept", factor = names[1], levels = as.list(as.character(outer))),
       list(kind = "intercept", factor = names[2], levels = as.list(paste(outer, inner, sep = "/"))))
inner_outer <- function(inner, outer, struct, formula)
  list(list(kind = "inner_outer", formula = formula, inner = as.list(inner),
            outer = as.list(as.character(outer)), struct = struct))

assink <- dat.assink2016
assink_source <- paste("Assink, M., & Wibbelink, C. J. M. (2016). Fitting three-level meta-analytic models in R:",
  "A step-by-step tutorial. The Quantitative Methods for Psychology, 12(3), 154-174. https://doi.org/10.20982/tqmp.12.3.p154")
few <- assink[assink$study %in% 1:8, ]
correlated <- vcalc(vi, cluster = study, obs = esid, rho = 0.6, data = few)

riley <- dat.riley2003[1:24, ]
riley_source <- paste("Riley, R. D., Sutton, A. J., Abrams, K. R., & Lambert, P. C. (2004). Sensitivity analyses allowed more",
  "appropriate and reliable meta-analysis conclusions for multiple outcomes when missing data was present.",
  "Journal of Clinical Epidemiology, 57(9), 911-924. https://doi.org/10.1016/j.jclinepi.2004.01.018")
riley_V <- vcalc(vi, cluster = study, type = outcome, rho = 0.5, data = riley)

ishak <- reshape(dat.ishak2007, direction = "long", idvar = "study", v.names = c("yi", "vi"),
                 varying = list(c(2, 4, 6, 8), c(3, 5, 7, 9)))
ishak <- ishak[order(ishak$study, ishak$time), ]
ishak <- ishak[!is.na(ishak$yi), ]
ishak <- ishak[as.numeric(factor(ishak$study)) <= 14, ]
ishak$trial <- as.numeric(factor(ishak$study))
ishak_source <- paste("Ishak, K. J., Platt, R. W., Joseph, L., Hanley, J. A., & Caro, J. J. (2007). Meta-analysis of longitudinal",
  "studies. Clinical Trials, 4(5), 525-539. https://doi.org/10.1177/1740774507083567")
ishak_V <- vcalc(vi, cluster = trial, time1 = time, phi = 0.97, data = ishak)
ishak_X <- sapply(1:4, function(t) as.numeric(ishak$time == t))

specs <- list(
  spec_of("assink_3level", "dat.assink2016", assink_source, assink$yi, assink$vi,
          intercepts(assink$study, assink$esid, c("study", "esid"))),
  spec_of("assink_correlated", "dat.assink2016, studies 1 to 8, rho 0.6", assink_source, few$yi, correlated,
          intercepts(few$study, few$esid, c("study", "esid"))),
  spec_of("riley_HCS", "dat.riley2003, rows 1 to 24, rho 0.5", riley_source, riley$yi, riley_V,
          inner_outer(riley$outcome, riley$study, "HCS", "~outcome | study"),
          sapply(c("DFS", "OS"), function(o) as.numeric(riley$outcome == o)), c("DFS", "OS")),
  spec_of("ishak_AR", "dat.ishak2007, first 14 studies, phi 0.97", ishak_source, ishak$yi, ishak_V,
          inner_outer(ishak$time, ishak$trial, "AR", "~time | trial"), ishak_X, paste0("time", 1:4)))

# variances and correlations of a fit to three digits: what is kept is then known exactly
three <- function(fit) Filter(length, list(
  sigma2 = if (fit$withS) as.list(signif(bare(fit$sigma2), 3)),
  tau2 = if (fit$withG) as.list(signif(bare(fit$tau2), 3)), rho = if (fit$withG) as.list(signif(bare(fit$rho), 3))))
fit_of <- function(spec, method, control, fixed = NULL) {
  rows <- length(spec$yi)
  V <- if (is.list(spec$V[[1]])) matrix(unlist(spec$V), rows, rows, byrow = TRUE) else unlist(spec$V)
  X <- matrix(unlist(spec$X), rows, byrow = TRUE)
  data <- data.frame(yi = unlist(spec$yi))
  random <- list()
  for (n in seq_along(spec$random)) {
    term <- spec$random[[n]]
    if (term$kind == "intercept") {
      data[[paste0("f", n)]] <- unlist(term$levels)
      random <- c(random, list(as.formula(paste0("~ 1 | f", n))))
    } else {
      data$inner <- unlist(term$inner); data$outer <- unlist(term$outer)
      struct <- term$struct
      random <- c(random, list(~ inner | outer))
    }
  }
  if (!exists("struct")) struct <- "CS"
  suppressWarnings(do.call(rma.mv, c(
    list(data$yi, V, mods = X, intercept = FALSE, random = random, data = data, struct = struct, method = method,
         control = control), lapply(fixed, unlist))))
}
cluster_of <- function(spec) {
  term <- spec$random[[1]]
  unlist(if (term$kind == "intercept") term$levels else term$outer)
}
rows_of <- function(frame) unname(lapply(seq_len(nrow(frame)), function(i) list_of(unlist(frame[i, ]))))

answers <- function(fit, cluster, reestimate) {
  if (is.null(cluster)) {
    deleted <- rstudent(fit, reestimate = reestimate)
    extra <- list()
    cook <- cooks.distance(fit, reestimate = reestimate)
    dfbs <- dfbetas(fit, reestimate = reestimate)
  } else {
    both <- rstudent(fit, cluster = cluster, reestimate = reestimate)
    deleted <- both$obs
    order <- match(unique(cluster), both$cluster$slab)  # as the clusters appear
    extra <- list(label = as.list(as.character(both$cluster$slab[order])),
                  X2 = list_of(both$cluster$X2[order]), size = list_of(both$cluster$k[order]))
    cook <- cooks.distance(fit, cluster = cluster, reestimate = reestimate)
    cook <- cook[match(unique(cluster), names(cook))]
    dfbs <- dfbetas(fit, cluster = cluster, reestimate = reestimate)
    dfbs <- dfbs[match(unique(cluster), rownames(dfbs)), , drop = FALSE]
  }
  c(list(resid = list_of(deleted$resid), se = list_of(deleted$se), rstudent = list_of(deleted$z),
         cook_d = list_of(cook), dfbs = rows_of(dfbs), rstandard = list_of(rstandard(fit)$z),
         hat = list_of(hatvalues(fit))), extra)
}

cases <- list()
add <- function(spec, method, by, reestimate) {
  cluster <- if (by == "cluster") cluster_of(spec)
  id <- paste("influence_mv", spec$id, method, by, if (reestimate) "reestimated" else "kept", sep = "/")
  fixed <- if (!reestimate) three(fit_of(spec, method, list()))
  for (control in if (reestimate) controls else list(list())) {
    found <- try(answers(fit_of(spec, method, control, fixed), cluster, reestimate), silent = TRUE)
    if (!inherits(found, "try-error") && !anyNA(unlist(found))) break
  }
  stopifnot(!inherits(found, "try-error"), !anyNA(unlist(found)))
  cat(id, control$optimizer, "\n")
  cases[[length(cases) + 1]] <<- list(id = id, spec = spec$id, method = method, by = by, reestimate = reestimate,
    cluster = if (!is.null(cluster)) as.list(as.character(cluster)), fixed = fixed, optimizer = control$optimizer, expected = found)
}
each <- c("konst_3level", "berkey_UN", "assink_correlated", "riley_HCS")  # k refits, not one per cluster
for (spec in c(given, specs)) for (by in c("estimate", "cluster")) {
  add(spec, "REML", by, FALSE)
  if (by == "cluster" || spec$id %in% each) add(spec, "REML", by, TRUE)
  if (spec$id %in% c("konst_3level", "riley_HCS")) add(spec, "ML", by, FALSE)
}
write(list(schema = "ma-oracle/1", topic = "influence_mv", engine = engine, specs = specs,
           note = "rstudent, cooks.distance, dfbetas, rstandard, hatvalues of rma.mv; clusters as they appear in the data",
           n_cases = length(cases), cases = cases), "influence_mv.json")

# --- counts -------------------------------------------------------------------------------------

bcg <- list(ai = "tpos", bi = "tneg", ci = "cpos", di = "cneg")
two <- list(ai = "ai", n1i = "n1i", ci = "ci", n2i = "n2i")
times <- list(x1i = "x1i", t1i = "t1i", x2i = "x2i", t2i = "t2i")
columns_of <- function(dataset, args) lapply(args, function(name) get(dataset)[[name]])
residuals_of <- function(fit) {
  part <- function(x) list(resid = list_of(x$resid), se = list_of(x$se), z = list_of(x$z))
  list(raw = list_of(residuals(fit)), standardised = part(rstandard(fit)), deleted = part(rstudent(fit)))
}
cases <- list()
count <- function(fn, dataset, args, measure = NULL, opts = list()) {
  call <- c(columns_of(dataset, args), opts, if (!is.null(measure)) list(measure = measure))
  options(na.action = "na.pass")  # a row for each table, also for those without an estimate
  fit <- suppressWarnings(do.call(fn, call))
  said <- if (length(opts)) paste0("[", paste(names(opts), sapply(opts, paste, collapse = ","), sep = "=", collapse = ";"), "]") else ""
  id <- paste0("residuals/", fn, "/", dataset, if (!is.null(measure)) paste0("/", measure), said)
  cases[[length(cases) + 1]] <<- list(id = id, fn = fn, dataset = dataset, args = args, measure = measure,
    opts = if (length(opts)) opts, expected = suppressWarnings(residuals_of(fit)))
}
for (measure in c("OR", "RR", "RD")) {
  count("rma.mh", "dat.bcg", bcg, measure)
  count("rma.mh", "dat.nielweise2007", two, measure)
  count("rma.mh", "dat.nielweise2007", two, measure, list(add = c(0.5, 0.5), to = c("only0", "only0")))
  count("rma.mh", "dat.nielweise2007", two, measure, list(drop00 = c(FALSE, FALSE)))
}
for (measure in c("IRR", "IRD")) count("rma.mh", "dat.nielweise2008", times, measure)
count("rma.peto", "dat.bcg", bcg)
count("rma.peto", "dat.nielweise2007", two)
count("rma.peto", "dat.nielweise2007", two, opts = list(add = c(0, 0), to = c("none", "none")))
write(list(schema = "ma-oracle/1", topic = "count_residuals", engine = engine,
           note = "residuals, rstandard, rstudent of rma.mh and rma.peto, one row per table",
           n_cases = length(cases), cases = cases), "count_residuals.json")

for (name in c("dat.nielweise2007", "dat.nielweise2008")) {
  table <- as.data.frame(get(name))
  write.csv(table, file.path(folder, "data", paste0(name, ".csv")), row.names = FALSE, quote = FALSE, na = "")
}
